/** The cases of each transform that build on the stand-ins of public images: on them every promise is tried. */
export const BUILDING: Record<string, readonly string[]> = {
  'key-value': ['example'],
  'syntax-line': ['example'],
  'copy-not-add': ['example'],
  'exec-form': ['example', 'runs-under-an-init-process', 'starts-a-script-with-an-interpreter'],
  'cache-mounts': ['example'],
  'clean-packages': ['cleans-where-the-entrypoint-updates-first', 'keeps-windows-line-ends', 'pip-of-a-user'],
  'deps-first': ['flask-packages-that-are-named-read-nothing-of-the-context', 'requirements-are-copied-first'],
  'non-root': ['gives-a-folder-away-that-a-heredoc-fills'],
  healthcheck: ['example'],
  multistage: ['python-installs-flask-and-gunicorn', 'python-takes-a-virtual-environment-over'],
};
