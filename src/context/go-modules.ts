import { words } from '../phrases.ts';

/** What is known of third-party Go modules. A row names a module or a package; one that ends in `/` names all below it. The longest row that fits decides. */

export interface GoModuleFacts {
  /** Libraries that its C code is linked with beyond the C library, [] for none (bundled sources); undefined for a module without C code on Linux. */
  cgo?: string[];
  /** Methods and functions that open a file which the caller names; undefined: it may open files in ways that aren't listed here. */
  opens?: string[];
  /** It starts programs, or may. */
  starts?: true;
}

// Seen in the modules' sources (proxy.golang.org): import "C" in files that a build for Linux takes in, and their #cgo lines.
const CGO: Record<string, string> = {
  'fyne.io/fyne': 'GL X11',
  'github.com/DataDog/zstd': '',
  'github.com/aarzilli/golua': 'lua5.1',
  'github.com/aquasecurity/libbpfgo': 'bpf elf z',
  'github.com/bytecodealliance/wasmtime-go': '',
  'github.com/ceph/go-ceph': 'rados rbd cephfs',
  'github.com/chai2010/webp': '',
  'github.com/cockroachdb/pebble': '',
  'github.com/confluentinc/confluent-kafka-go': '',
  'github.com/containers/storage/drivers/btrfs': 'btrfs',
  'github.com/coreos/go-systemd/sdjournal': 'systemd',
  'github.com/coreos/go-systemd/util': '',
  'github.com/davidbyttow/govips': 'vips',
  'github.com/duckdb/duckdb-go': 'stdc++',
  'github.com/duckdb/duckdb-go-bindings': 'stdc++',
  'github.com/ethereum/go-ethereum': '',
  'github.com/gen2brain/malgo': '',
  'github.com/go-gl/': 'GL X11',
  'github.com/godror/godror': '',
  'github.com/google/gopacket/afpacket': '',
  'github.com/google/gopacket/pcap': 'pcap',
  'github.com/google/gopacket/pfring': 'pfring pcap',
  'github.com/google/gousb': 'usb-1.0',
  'github.com/gopacket/gopacket/pcap': 'pcap',
  'github.com/gordonklaus/portaudio': 'portaudio',
  'github.com/gotk3/gotk3': 'gtk-3',
  'github.com/gographics/imagick': 'MagickWand',
  'github.com/h2non/bimg': 'vips',
  'github.com/hajimehoshi/oto': 'asound',
  'github.com/ebitengine/oto': 'asound',
  'github.com/hajimehoshi/ebiten': 'GL X11',
  'github.com/hraban/opus': 'opus opusfile',
  'github.com/ibmdb/go_ibm_db': 'db2',
  'github.com/karalabe/hid': 'usb',
  'github.com/libgit2/git2go': 'git2',
  'github.com/linxGNU/grocksdb': 'rocksdb stdc++ z bz2 snappy lz4 zstd',
  'github.com/marcboeker/go-duckdb': 'stdc++',
  'github.com/mattn/go-oci8': 'oci',
  'github.com/mattn/go-sqlite3': '',
  'github.com/miekg/pkcs11': 'ltdl',
  'github.com/msteinert/pam': 'pam',
  'github.com/mutecomm/go-sqlcipher': '',
  'github.com/opencontainers/runc/libcontainer/nsenter': '',
  'github.com/otiai10/gosseract': 'tesseract lept',
  'github.com/pebbe/zmq4': 'zmq',
  'github.com/proglottis/gpgme': 'gpgme assuan gpg-error',
  'github.com/rogchap/v8go': 'stdc++',
  'github.com/rthornton128/goncurses': 'ncurses',
  'github.com/seccomp/libseccomp-golang': 'seccomp',
  'github.com/smacker/go-tree-sitter': '',
  'github.com/supranational/blst': '',
  'github.com/tecbot/gorocksdb': 'rocksdb stdc++ z bz2 snappy lz4 zstd',
  'github.com/tensorflow/tensorflow': 'tensorflow',
  'github.com/valyala/gozstd': '',
  'github.com/veandco/go-sdl2': 'SDL2',
  'github.com/wasmerio/wasmer-go': 'wasmer',
  'github.com/webview/webview': 'gtk-3 webkit2gtk',
  'github.com/yanyiwu/gojieba': 'stdc++',
  'github.com/zeromq/goczmq': 'czmq',
  'gocv.io/x/gocv': 'opencv',
  'golang.org/x/exp/shiny': 'X11 GL',
  'golang.org/x/mobile': 'GL X11',
  'gopkg.in/confluentinc/confluent-kafka-go': '',
  'gopkg.in/gographics/imagick': 'MagickWand',
  'gopkg.in/h2non/bimg': 'vips',
  'rogchap.com/v8go': 'stdc++',
};

// No import "C" in what a build for Linux without tags takes in.
const PURE = `
  cloud.google.com/go cel.dev/expr dario.cat/mergo filippo.io/age filippo.io/edwards25519
  github.com/99designs/gqlgen github.com/Azure/azure-sdk-for-go github.com/Azure/go-autorest github.com/Azure/go-ntlmssp
  github.com/AzureAD/microsoft-authentication-library-for-go github.com/BurntSushi/toml github.com/ClickHouse/ch-go github.com/ClickHouse/clickhouse-go/v2
  github.com/GoogleCloudPlatform/ github.com/IBM/sarama github.com/KyleBanks/depth github.com/Masterminds/ github.com/Microsoft/go-winio
  github.com/PuerkitoBio/ github.com/Shopify/sarama github.com/VividCortex/ewma github.com/Knetic/govaluate github.com/ProtonMail/go-crypto
  github.com/agext/levenshtein github.com/ajg/form github.com/alecthomas/ github.com/alexedwards/argon2id github.com/alexedwards/scs
  github.com/andybalholm/ github.com/anmitsu/go-shlex github.com/antlr4-go/antlr github.com/apache/thrift github.com/apapsch/go-jsonmerge
  github.com/armon/ github.com/asaskevich/ github.com/aws/aws-lambda-go github.com/aws/aws-sdk-go github.com/aws/aws-sdk-go-v2 github.com/aws/smithy-go
  github.com/aymerick/douceur github.com/benbjohnson/clock github.com/beorn7/perks github.com/bgentry/speakeasy github.com/bits-and-blooms/
  github.com/blang/semver github.com/boltdb/bolt github.com/bradfitz/gomemcache github.com/bsm/ github.com/bwmarrin/discordgo github.com/bytedance/gopkg github.com/bytedance/sonic
  github.com/caarlos0/env github.com/cenkalti/backoff github.com/census-instrumentation/opencensus-proto github.com/cespare/xxhash
  github.com/charmbracelet/ github.com/chenzhuoyu/ github.com/chzyer/readline github.com/cloudflare/circl github.com/cloudwego/base64x
  github.com/cloudwego/iasm github.com/cncf/ github.com/containerd/log github.com/coreos/go-oidc github.com/coreos/go-semver github.com/coreos/go-systemd
  github.com/cpuguy83/go-md2man github.com/davecgh/go-spew github.com/decred/dcrd github.com/deepmap/oapi-codegen github.com/denisenkom/go-mssqldb
  github.com/dgrijalva/jwt-go github.com/dgryski/go-rendezvous github.com/disintegration/imaging github.com/distribution/reference github.com/dlclark/regexp2
  github.com/docker/go-connections github.com/docker/go-units github.com/dop251/goja github.com/dustin/go-humanize github.com/eapache/
  github.com/elastic/elastic-transport-go github.com/elastic/go-elasticsearch github.com/elliotchance/orderedmap github.com/emersion/
  github.com/emicklei/go-restful github.com/emirpasic/gods github.com/envoyproxy/go-control-plane github.com/envoyproxy/protoc-gen-validate github.com/evanphx/json-patch
  github.com/fatih/color github.com/fatih/structs github.com/felixge/httpsnoop github.com/fogleman/gg github.com/form3tech-oss/jwt-go
  github.com/fsnotify/fsnotify github.com/fxamacker/cbor github.com/gabriel-vasile/mimetype github.com/getkin/kin-openapi github.com/getsentry/sentry-go
  github.com/ghodss/yaml github.com/gin-contrib/ github.com/gin-gonic/gin github.com/glebarez/ github.com/go-asn1-ber/asn1-ber github.com/go-chi/
  github.com/go-co-op/gocron github.com/go-faster/ github.com/go-gormigrate/gormigrate github.com/go-ini/ini github.com/go-jose/go-jose github.com/go-kit/
  github.com/go-ldap/ldap github.com/go-logfmt/logfmt github.com/go-logr/ github.com/go-mail/mail github.com/go-martini/martini github.com/go-openapi/
  github.com/go-ozzo/ozzo-validation github.com/go-pg/pg github.com/go-playground/ github.com/go-redis/ github.com/go-resty/resty github.com/go-sql-driver/mysql
  github.com/go-stack/stack github.com/go-task/slim-sprig github.com/go-telegram-bot-api/telegram-bot-api github.com/go-viper/mapstructure github.com/go-zookeeper/zk
  github.com/goccy/go-json github.com/goccy/go-yaml github.com/gocarina/gocsv github.com/gocql/gocql github.com/gofiber/ github.com/gofrs/
  github.com/gogo/googleapis github.com/gogo/protobuf github.com/gogo/status github.com/golang-jwt/jwt github.com/golang-migrate/migrate github.com/golang-sql/
  github.com/golang/freetype github.com/golang/geo github.com/golang/glog github.com/golang/groupcache github.com/golang/mock github.com/golang/protobuf
  github.com/golang/snappy github.com/gomodule/redigo github.com/google/btree github.com/google/cel-go github.com/google/flatbuffers github.com/google/gnostic
  github.com/google/gnostic-models github.com/google/go-cmp github.com/google/go-github github.com/google/go-querystring github.com/google/gofuzz
  github.com/google/gopacket github.com/google/jsonapi github.com/google/pprof github.com/google/s2a-go github.com/google/shlex github.com/google/subcommands
  github.com/google/uuid github.com/google/wire github.com/googleapis/ github.com/gookit/ github.com/gopherjs/gopherjs github.com/gordonklaus/ineffassign
  github.com/gorilla/ github.com/graph-gophers/ github.com/graphql-go/graphql github.com/gregjones/httpcache github.com/grpc-ecosystem/
  github.com/hashicorp/consul/api github.com/hashicorp/consul/sdk github.com/hashicorp/errwrap github.com/hashicorp/go-cleanhttp github.com/hashicorp/go-hclog github.com/hashicorp/go-immutable-radix
  github.com/hashicorp/go-multierror github.com/hashicorp/go-msgpack github.com/hashicorp/go-retryablehttp github.com/hashicorp/go-rootcerts
  github.com/hashicorp/go-secure-stdlib github.com/hashicorp/go-sockaddr github.com/hashicorp/go-uuid github.com/hashicorp/go-version
  github.com/hashicorp/golang-lru github.com/hashicorp/hcl github.com/hashicorp/memberlist github.com/hashicorp/raft github.com/hashicorp/serf
  github.com/hashicorp/vault/api github.com/hashicorp/vault/sdk github.com/huandu/xstrings github.com/iancoleman/strcase github.com/imdario/mergo github.com/inconshreveable/mousetrap
  github.com/influxdata/influxdb-client-go github.com/influxdata/influxdb1-client github.com/invopop/yaml github.com/jackc/ github.com/jcmturner/ github.com/jessevdk/go-flags
  github.com/jhump/protoreflect github.com/jinzhu/ github.com/jmespath/go-jmespath github.com/jmoiron/sqlx github.com/joho/godotenv github.com/josharian/intern
  github.com/jpillora/backoff github.com/json-iterator/go github.com/julienschmidt/httprouter github.com/justinas/ github.com/jonboulle/clockwork
  github.com/kballard/go-shellquote github.com/kelseyhightower/envconfig github.com/klauspost/ github.com/knadh/koanf github.com/kr/ github.com/kylelemons/godebug
  github.com/labstack/ github.com/leodido/go-urn github.com/lestrrat-go/ github.com/lib/pq github.com/lucasb-eyer/go-colorful github.com/lufia/plan9stats
  github.com/magiconair/properties github.com/mailru/easyjson github.com/matryer/try github.com/mattn/go-colorable github.com/mattn/go-ieproxy github.com/mattn/go-isatty
  github.com/mattn/go-localereader github.com/mattn/go-runewidth github.com/mattn/go-shellwords github.com/matttproud/golang_protobuf_extensions
  github.com/mgutz/ansi github.com/microcosm-cc/bluemonday github.com/microsoft/go-mssqldb github.com/miekg/dns github.com/minio/md5-simd github.com/minio/minio-go
  github.com/minio/sha256-simd github.com/minio/crc64nvme github.com/mitchellh/ github.com/moby/docker-image-spec github.com/moby/locker github.com/moby/spdystream
  github.com/modern-go/ github.com/montanaflynn/stats github.com/morikuni/aec github.com/mohae/deepcopy github.com/muesli/ github.com/munnerz/goautoneg
  github.com/mwitkow/go-conntrack github.com/nats-io/ github.com/ncruces/go-strftime github.com/nfnt/resize github.com/nicksnyder/go-i18n github.com/nleeper/goment
  github.com/nyaruka/phonenumbers github.com/oklog/ github.com/olekukonko/ github.com/olivere/elastic github.com/onsi/ github.com/opencontainers/go-digest
  github.com/opencontainers/image-spec github.com/opentracing/opentracing-go github.com/opensearch-project/opensearch-go github.com/openzipkin/zipkin-go
  github.com/patrickmn/go-cache github.com/paulmach/orb github.com/pelletier/go-toml github.com/peterbourgon/ github.com/philhofer/fwd github.com/pierrec/lz4
  github.com/pkg/errors github.com/pmezard/go-difflib github.com/power-devops/perfstat github.com/pquerna/ github.com/prometheus/
  github.com/quic-go/ github.com/rabbitmq/amqp091-go github.com/rcrowley/go-metrics github.com/redis/ github.com/remyoudompheng/bigfft github.com/richardlehane/
  github.com/rivo/uniseg github.com/robfig/cron github.com/rogpeppe/ github.com/rs/cors github.com/rs/xid github.com/rs/zerolog github.com/russross/blackfriday
  github.com/ryanuber/ github.com/sagikazarmark/ github.com/satori/go.uuid github.com/segmentio/ github.com/sendgrid/ github.com/sergi/go-diff github.com/shirou/gopsutil
  github.com/shopspring/decimal github.com/shurcooL/sanitized_anchor_name github.com/sijms/go-ora github.com/sirupsen/logrus github.com/slack-go/slack
  github.com/smartystreets/ github.com/sony/ github.com/sourcegraph/conc github.com/spaolacci/murmur3 github.com/spf13/ github.com/streadway/amqp
  github.com/stretchr/ github.com/stripe/stripe-go github.com/subosito/gotenv github.com/swaggo/ github.com/syndtr/goleveldb github.com/tealeg/xlsx
  github.com/tetratelabs/wazero github.com/tidwall/ github.com/tinylib/msgp github.com/tklauser/ github.com/tmc/grpc-websocket-proxy github.com/tmthrgd/go-hex
  github.com/twilio/twilio-go github.com/twitchyliquid64/golang-asm github.com/twmb/ github.com/uber-go/ github.com/uber/jaeger-client-go github.com/uber/jaeger-lib
  github.com/ugorji/go github.com/ulikunitz/xz github.com/unrolled/ github.com/uptrace/ github.com/urfave/ github.com/valyala/bytebufferpool
  github.com/valyala/fasthttp github.com/valyala/fastjson github.com/valyala/fasttemplate github.com/valyala/tcplisten github.com/vektah/gqlparser
  github.com/vmihailenco/ github.com/xdg-go/ github.com/xeipuu/gojsonpointer github.com/xeipuu/gojsonreference github.com/xeipuu/gojsonschema
  github.com/xhit/go-simple-mail github.com/xo/terminfo github.com/xrash/smetrics github.com/xuri/ github.com/yosssi/gohtml github.com/youmark/pkcs8
  github.com/yuin/goldmark github.com/yuin/gopher-lua github.com/yusufpapurcu/wmi github.com/zeebo/xxh3
  go.elastic.co/ go.etcd.io/ go.mongodb.org/mongo-driver go.opencensus.io go.opentelemetry.io/ go.starlark.net go.uber.org/ go.yaml.in/yaml go4.org
  golang.org/x/ google.golang.org/ gopkg.in/alecthomas/kingpin gopkg.in/alexcesaro/quotedprintable gopkg.in/check gopkg.in/evanphx/json-patch
  gopkg.in/fsnotify gopkg.in/go-playground/ gopkg.in/gomail gopkg.in/inf gopkg.in/ini gopkg.in/jcmturner/ gopkg.in/mail gopkg.in/mgo gopkg.in/natefinch/lumberjack
  gopkg.in/olivere/elastic gopkg.in/op/go-logging gopkg.in/resty gopkg.in/square/go-jose gopkg.in/tomb gopkg.in/tylerb/graceful gopkg.in/warnings
  gopkg.in/yaml gorm.io/ gotest.tools honnef.co/go/tools k8s.io/ modernc.org/ nhooyr.io/websocket rsc.io/ sigs.k8s.io/ xorm.io/
`;

// Modules that open only files which their caller names, through these; beside what every system has (/etc, /proc) and the user's own in his home folder.
const OPENS: Record<string, string> = {
  'github.com/BurntSushi/toml': 'DecodeFile',
  'github.com/beorn7/perks': '',
  'github.com/bradfitz/gomemcache': '',
  'github.com/caarlos0/env': '',
  'github.com/cenkalti/backoff': '',
  'github.com/cespare/xxhash': '',
  'github.com/davecgh/go-spew': '',
  'github.com/dgrijalva/jwt-go': '',
  'github.com/dustin/go-humanize': '',
  'github.com/fatih/color': '',
  'github.com/gabriel-vasile/mimetype': 'DetectFile',
  'github.com/gin-contrib/cors': '',
  'github.com/gin-contrib/sse': '',
  'github.com/gin-gonic/gin':
    'LoadHTMLGlob LoadHTMLFiles LoadHTMLFS Static StaticFile StaticFS StaticFileFS File FileAttachment FileFromFS Dir SaveUploadedFile RunTLS RunUnix RunFd RunQUIC',
  'github.com/go-chi/chi': '',
  'github.com/go-chi/cors': '',
  'github.com/go-chi/render': '',
  'github.com/go-playground/locales': '',
  'github.com/go-playground/universal-translator': 'Import Export ImportByReader',
  'github.com/go-playground/validator': '',
  'github.com/go-redis/redis': '',
  'github.com/goccy/go-json': '',
  'github.com/gofiber/fiber':
    'Static SendFile Download Views ListenTLS ListenTLSWithCertificate ListenMutualTLS SaveFile SendFileFS New Dir FileSystem filesystem static',
  'github.com/golang-jwt/jwt': '',
  'github.com/golang/protobuf': '',
  'github.com/google/go-cmp': '',
  'github.com/google/uuid': '',
  'github.com/gorilla/context': '',
  'github.com/gorilla/handlers': '',
  'github.com/gorilla/mux': '',
  'github.com/gorilla/securecookie': '',
  'github.com/gorilla/sessions': 'NewFilesystemStore',
  'github.com/gorilla/websocket': '',
  'github.com/json-iterator/go': '',
  'github.com/julienschmidt/httprouter': 'ServeFiles',
  'github.com/klauspost/compress': '',
  'github.com/klauspost/cpuid': '',
  'github.com/labstack/echo':
    'Static File StaticFS FileFS Attachment Inline StaticDirectoryHandler StaticFileHandler StartTLS StaticWithConfig Dir MustSubFS Filesystem',
  'github.com/labstack/gommon': 'SetOutput',
  'github.com/leodido/go-urn': '',
  'github.com/mattn/go-colorable': '',
  'github.com/mattn/go-isatty': '',
  'github.com/mattn/go-runewidth': '',
  'github.com/matttproud/golang_protobuf_extensions': '',
  'github.com/modern-go/concurrent': '',
  'github.com/modern-go/reflect2': '',
  'github.com/pkg/errors': '',
  'github.com/pmezard/go-difflib': '',
  'github.com/prometheus/client_golang': 'WriteToTextfile',
  'github.com/prometheus/client_model': '',
  'github.com/prometheus/common': '',
  'github.com/prometheus/procfs': '',
  'github.com/redis/go-redis': '',
  'github.com/rivo/uniseg': '',
  'github.com/robfig/cron': '',
  'github.com/rs/cors': '',
  'github.com/rs/xid': '',
  'github.com/rs/zerolog': '',
  'github.com/segmentio/ksuid': '',
  'github.com/shopspring/decimal': '',
  'github.com/sirupsen/logrus': '',
  'github.com/spaolacci/murmur3': '',
  'github.com/spf13/cobra':
    'GenBashCompletionFile GenZshCompletionFile GenFishCompletionFile GenPowerShellCompletionFile GenMarkdownTree GenManTree',
  'github.com/spf13/pflag': '',
  'github.com/stretchr/testify': 'FileExists NoFileExists DirExists NoDirExists',
  'github.com/tidwall/gjson': '',
  'github.com/tidwall/sjson': '',
  'github.com/twitchyliquid64/golang-asm': '',
  'github.com/ugorji/go': '',
  'github.com/urfave/negroni': 'NewStatic Classic Dir',
  'github.com/valyala/bytebufferpool': '',
  'github.com/valyala/fasttemplate': '',
  'go.uber.org/atomic': '',
  'go.uber.org/multierr': '',
  'golang.org/x/crypto': 'DirCache NewListener',
  'golang.org/x/crypto/ssh/knownhosts': 'New',
  'golang.org/x/exp': 'Open',
  'golang.org/x/net': 'Dir NativeFS',
  'golang.org/x/sync': '',
  'golang.org/x/sys':
    'Access Chdir Chmod Chown Chroot Creat Exec Faccessat Fstatat InotifyAddWatch Link Lstat Mkdir Mknod Mount Open OpenFile Openat Openat2 Pivot Readlink Rename Rmdir Stat Statfs Statx Symlink Syscall Unlink',
  'golang.org/x/text': '',
  'golang.org/x/time': '',
  'google.golang.org/genproto': '',
  'google.golang.org/protobuf': '',
  'gopkg.in/yaml': '',
};

// They start programs, or what a program's author asks them to.
const STARTS = `
  github.com/atotto/clipboard github.com/chromedp/chromedp github.com/cli/browser github.com/containers/ github.com/go-git/go-git github.com/go-rod/rod
  github.com/goyek/goyek github.com/hashicorp/go-discover github.com/hashicorp/go-getter github.com/hashicorp/go-plugin github.com/hashicorp/go-sockaddr github.com/hashicorp/vault/sdk github.com/shirou/gopsutil
  github.com/hashicorp/terraform-exec github.com/magefile/mage github.com/pkg/browser github.com/playwright-community/playwright-go
  github.com/SebastiaanKlippert/go-wkhtmltopdf github.com/skratchdot/open-golang github.com/testcontainers/testcontainers-go github.com/u2takey/ffmpeg-go
  github.com/bitfield/script golang.org/x/tools helm.sh/helm modernc.org/ccgo
`;

const cgo = new Map(Object.entries(CGO).map(([path, libraries]) => [path, words(libraries)]));
const opens = new Map(Object.entries(OPENS).map(([path, names]) => [path, words(names)]));
const pure = new Map(words(PURE).map(path => [path, true]));
const starts = new Map(words(STARTS).map(path => [path, true]));

/** What is known of the module or package at an import path; undefined for nothing. */
export function goModuleFacts(path: string): GoModuleFacts | undefined {
  const withC = longest(cgo, path);
  const without = longest(pure, path);
  const isPure = without !== undefined && without.length >= (withC?.length ?? 0);
  if (!withC && !isPure) return undefined;
  const opened = longest(opens, path)?.value;
  return {
    ...(withC && !isPure && { cgo: withC.value }),
    ...(opened && { opens: opened }),
    ...(longest(starts, path) && { starts: true }),
  };
}

/** Whether some package of a module is known to use cgo though the module's own row doesn't say so: gopacket's pcap. */
export function hasCgoPackage(module: string): boolean {
  const parent = `${unversioned(module)}/`;
  return [...cgo.keys()].some(path => path.startsWith(parent));
}

/** A path without its major version: `/v2`, `.v2`. */
const unversioned = (path: string): string => path.replace(/[/.]v\d+(?=\/|$)/, '');

/** The longest row that fits: the path itself, or one of its parents with or without a `/` at its end. Versions in a path (`/v2`, `.v2`) don't count. */
function longest<Value>(rows: Map<string, Value>, path: string): { value: Value; length: number } | undefined {
  for (const form of new Set([path, unversioned(path)])) {
    for (let at = form; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      const key = rows.has(at) ? at : at !== form && rows.has(`${at}/`) ? `${at}/` : undefined;
      if (key !== undefined) return { value: rows.get(key) as Value, length: at.length };
    }
  }
  return undefined;
}
