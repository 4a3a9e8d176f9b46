/** Folders of golang's images on Debian and Alpine (`find / -xdev -maxdepth 3 -type d`), which hold more than one app's files. */
const SHARED: ReadonlySet<string> = new Set(
  `/ /bin /boot /dev /etc /go /go/bin /go/pkg /go/src /home /lib /lib64 /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp /usr /var
   /etc/alternatives /etc/apk /etc/apt /etc/ca-certificates /etc/cron.d /etc/cron.daily /etc/default /etc/init.d /etc/ld.so.conf.d /etc/logrotate.d
   /etc/opt /etc/pam.d /etc/profile.d /etc/security /etc/skel /etc/ssh /etc/ssl /etc/ssl/certs /etc/ssl/private
   /usr/bin /usr/games /usr/include /usr/lib /usr/lib64 /usr/libexec /usr/local /usr/sbin /usr/share /usr/src
   /usr/local/bin /usr/local/etc /usr/local/games /usr/local/go /usr/local/include /usr/local/lib /usr/local/man /usr/local/sbin /usr/local/share
   /usr/local/src /usr/local/share/ca-certificates /usr/local/share/fonts /usr/local/share/man
   /usr/share/ca-certificates /usr/share/doc /usr/share/fonts /usr/share/keyrings /usr/share/locale /usr/share/man /usr/share/mime /usr/share/misc
   /usr/share/zoneinfo /var/backups /var/cache /var/lib /var/local /var/lock /var/log /var/mail /var/opt /var/run /var/spool /var/tmp /var/www
   /var/lib/apt /var/lib/dpkg`.split(/\s+/),
);

/** Whether a folder is one that base images have: to take it whole would take a builder's own files with it, or put them over the runtime's. */
export function isShared(folder: string): boolean {
  return SHARED.has(folder);
}

/** Whether a path is one of the system's, which libraries read whatever the program's own code opens. */
export function isOfSystem(path: string): boolean {
  return /^\/(?:etc|lib|usr\/lib|usr\/share|usr\/local\/(?:lib|share))\//.test(path);
}
