import { words } from '../../src/phrases.ts';

/**
 * What PyPI's packages need of a system at run time beside Python, for an image that loses its compilers or the programs and libraries of a fat base.
 * From each project's own installation notes; buildpack-deps' packages are those of https://github.com/docker-library/buildpack-deps.
 */

/**
 * Packages of which it is sure that they and all that they require are Python alone, or wheels that bring their libraries (as far back as Python 3.6), or
 * compile against nothing but C, Python and OpenSSL, which small images have.
 */
export const SELF_CONTAINED: ReadonlySet<string> = new Set(
  words(`
  pip aiofiles aiohttp aioredis aiosignal aiosqlite alembic amqp aniso8601 annotated-types annotated-doc anyio apispec appdirs apscheduler argon2-cffi
  argon2-cffi-bindings arrow asgi-lifespan asgiref asn1crypto async-timeout asyncpg attrs authlib autobahn azure-core azure-identity azure-storage-blob
  babel backoff backports-zoneinfo bcrypt beautifulsoup4 billiard black bleach blinker boto boto3 botocore bottle brotli bs4 cachecontrol cachelib cachetools
  celery certifi cffi chardet charset-normalizer cheroot cherrypy click click-didyoumean click-plugins click-repl cloudevents colorama coloredlogs
  configparser constantly contextlib2 cors coverage croniter crcmod cryptography cssselect cssutils cycler dacite daphne dash dash-core-components dash-html-components
  dash-table dataclasses-json dateparser decorator defusedxml deprecated diskcache distro dj-database-url dj-rest-auth django django-admin-interface
  django-allauth django-appconf django-bootstrap4 django-bootstrap5 django-celery-beat django-celery-results django-ckeditor django-compressor
  django-cors-headers django-countries django-crispy-forms crispy-bootstrap4 crispy-bootstrap5 django-debug-toolbar django-environ django-extensions
  django-filter django-health-check django-heroku django-import-export django-js-asset django-jazzmin django-model-utils django-mptt django-ninja
  django-oauth-toolkit django-otp django-phonenumber-field django-prometheus django-redis django-redis-cache django-ses django-silk django-split-settings
  django-storages django-stubs django-taggit django-timezone-field django-treebeard django-webpack-loader django-widget-tweaks djangorestframework
  djangorestframework-simplejwt djoser dnspython docopt docutils dramatiq drf-nested-routers drf-spectacular drf-yasg easydict ecdsa elasticsearch
  elastic-transport email-validator environs et-xmlfile eventlet exceptiongroup factory-boy faker falcon fastapi fastapi-cli fastapi-pagination fastapi-users
  fastjsonschema filelock firebase-admin flake8 flasgger flask flask-admin flask-api flask-babel flask-bcrypt flask-bootstrap flask-caching flask-cli flask-compress
  flask-cors flask-debugtoolbar flask-httpauth flask-jwt flask-jwt-extended flask-limiter flask-login flask-mail flask-marshmallow flask-migrate
  flask-mongoengine flask-moment flask-pymongo flask-redis flask-restful flask-restplus flask-restx flask-script flask-security flask-session flask-smorest
  flask-socketio flask-sqlalchemy flask-swagger-ui flask-sock flask-talisman flask-wtf frozenlist fsspec funcy future gevent gevent-websocket
  google-api-core google-api-python-client google-auth google-auth-httplib2 google-auth-oauthlib google-cloud-bigquery google-cloud-core
  google-cloud-datastore google-cloud-error-reporting google-cloud-firestore google-cloud-logging google-cloud-pubsub google-cloud-secret-manager
  google-cloud-storage google-cloud-tasks google-cloud-translate google-cloud-vision google-resumable-media googleapis-common-protos gql graphene
  graphene-django graphene-sqlalchemy graphql-core graphql-relay graphviz greenlet grpcio grpcio-health-checking grpcio-reflection grpcio-status gunicorn h11 h2
  holidays hpack html5lib httpcore httplib2 httptools httpx httpx-sse humanfriendly humanize hypercorn hyperframe hyperlink identify idna importlib-metadata
  importlib-resources incremental inflection influxdb influxdb-client iniconfig injector ipaddress isodate isort itsdangerous itypes jdatetime jinja2 jmespath joblib
  jose jsonpatch jsonpath-ng jsonpointer jsonschema jsonschema-specifications jwt kafka-python kombu kubernetes ldap3 limits locust logging-json loguru lz4 makefun
  mako mangum markdown markdown-it-py markdown2 markupsafe marshmallow marshmallow-sqlalchemy mccabe mdurl minio mistune mock mongoengine monotonic
  more-itertools motor msal msal-extensions msgpack multidict mypy mypy-extensions nest-asyncio nats-py numpy oauthlib openai openapi-schema-validator
  openapi-spec-validator openpyxl opentelemetry-api opentelemetry-sdk opentelemetry-exporter-otlp opentelemetry-instrumentation opentelemetry-instrumentation-flask
  opentelemetry-instrumentation-fastapi opentelemetry-instrumentation-django opentelemetry-instrumentation-requests opentelemetry-proto
  opentelemetry-semantic-conventions orjson packaging pandas paramiko paho-mqtt passlib paste pathspec peewee pendulum pep8 phonenumbers phonenumberslite
  pika pip-system-certs pkgutil-resolve-name platformdirs plotly pluggy ply polib polling prettytable prometheus-client prometheus-flask-exporter
  prometheus-fastapi-instrumentator prompt-toolkit propcache proto-plus protobuf psutil psycopg2-binary py pyasn1 pyasn1-modules pycodestyle pycountry pycparser
  pycryptodome pycryptodomex pydantic pydantic-core pydantic-settings pydantic-extra-types pyee pyflakes pygments pyjwt pylint pymemcache pymongo pymysql
  pynacl pyopenssl pyotp pyparsing pypdf pypdf2 pyperclip pyramid pyrsistent pysocks pytest pytest-asyncio pytest-cov pytest-django pytest-flask pytest-mock
  pytest-xdist python-crontab python-dateutil python-decouple python-docx python-dotenv python-editor python-engineio python-http-client python-jose
  python-json-logger python-keycloak python-memcached python-multipart python-slugify python-socketio python-telegram-bot python3-openid pyserial
  pytz pytz-deprecation-shim pyyaml qrcode raven ratelimit referencing regex redis reportlab repoze-lru requests requests-cache requests-file requests-oauthlib
  requests-toolbelt retry rfc3339-validator rfc3986 rich rich-toolkit rollbar rpds-py rq rsa ruamel-yaml s3transfer sanic sanic-routing schedule schema
  scipy seaborn sendgrid sentry-sdk service-identity setproctitle setuptools shellingham shortuuid signalr simple-websocket simplejson six slack-sdk
  slackclient slowapi smmap sniffio social-auth-app-django social-auth-core sortedcontainers soupsieve spectree sqlalchemy sqlalchemy-utils sqlalchemy-json
  sqlmodel sqlparse sse-starlette starlette statsd strawberry-graphql stripe structlog suds tablib tabulate telethon tenacity termcolor text-unidecode
  threadpoolctl toml tomli tomlkit toolz toposort tornado tqdm traitlets translationstring tweepy twilio twisted txaio typed-ast typer types-requests
  typing-extensions typing-inspect typing-inspection tzdata tzlocal ua-parser ujson unicodecsv unidecode uritemplate urllib3 uvicorn uvloop validators venusian
  vine waitress watchdog watchfiles watchgod wcwidth webargs webencodings webob websocket-client websockets werkzeug wheel whitenoise wrapt wsproto wtforms
  wtforms-json xlrd xlsxwriter xlwt xmltodict yarl zipp zope-deprecation zope-event zope-interface zstandard zope-sqlalchemy
  `),
);

/** Packages that load or start what a system package of Debian has: a -dev package stands for its libraries. */
export const SYSTEM_NEEDS: Readonly<Record<string, string>> = {
  psycopg2: 'libpq-dev',
  'psycopg-c': 'libpq-dev',
  mysqlclient: 'default-libmysqlclient-dev',
  'flask-mysqldb': 'default-libmysqlclient-dev',
  'python-magic': 'libmagic1',
  pycurl: 'libcurl4-openssl-dev',
  gitpython: 'git',
  streamlit: 'git',
  pdf2image: 'poppler-utils',
  pydub: 'ffmpeg',
  wand: 'libmagickwand-dev',
  pycairo: 'libcairo2-dev',
  pyzbar: 'libzbar0',
  lightgbm: 'libgomp1',
};

/** Packages whose older versions have no wheel for newer Pythons and are then compiled: the first with one, by Python (their files on PyPI), and what that links. */
export const FIRST_WHEELS: Readonly<Record<string, { links: string | undefined; first: Readonly<Record<string, string>> }>> = {
  lxml: {
    links: 'libxml2-dev libxslt1-dev',
    first: { '3.7': '4.2.4', '3.8': '4.4.2', '3.9': '4.6.2', '3.10': '4.6.4', '3.11': '4.9.2', '3.12': '4.9.3', '3.13': '5.3.0' },
  },
  pyyaml: {
    links: 'libyaml-dev',
    first: { '3.6': '5.4', '3.7': '5.4', '3.8': '5.4', '3.9': '5.4', '3.10': '6.0', '3.11': '6.0.1', '3.12': '6.0.1', '3.13': '6.0.2' },
  },
  'psycopg2-binary': {
    links: 'libpq-dev',
    first: {
      '3.6': '2.8',
      '3.7': '2.8',
      '3.8': '2.8.4',
      '3.9': '2.8.6',
      '3.10': '2.9.2',
      '3.11': '2.9.5',
      '3.12': '2.9.9',
      '3.13': '2.9.10',
    },
  },
  pillow: {
    links: undefined,
    first: { '3.7': '5.3', '3.8': '6.2.1', '3.9': '8.0', '3.10': '8.4', '3.11': '9.3', '3.12': '10.1', '3.13': '11.0' },
  },
  'scikit-learn': {
    links: 'libgomp1',
    first: { '3.7': '0.20', '3.8': '0.22', '3.9': '0.24', '3.10': '1.0.1', '3.11': '1.2', '3.12': '1.3.1', '3.13': '1.5.2' },
  },
  matplotlib: {
    links: undefined,
    first: { '3.7': '3.0', '3.8': '3.1.2', '3.9': '3.3.3', '3.10': '3.5', '3.11': '3.6.1', '3.12': '3.8', '3.13': '3.9.2' },
  },
};

/** Packages that compile when they run, or fetch programs for themselves. */
export const COMPILE_AT_RUN_TIME: ReadonlySet<string> = new Set(
  words(
    'aesara cmdstanpy cupy cython deepspeed jax-cuda numba-scipy playwright pymc pymc3 pystan pythran pytensor pyximport scipy-weave theano torch triton xformers',
  ),
);

/** Programs of buildpack-deps that small images lack, and their packages; undefined for compilers. */
export const FAT_PROGRAMS: Readonly<Record<string, string | undefined>> = {
  git: 'git',
  curl: 'curl',
  wget: 'wget',
  unzip: 'unzip',
  xz: 'xz-utils',
  bzip2: 'bzip2',
  file: 'file',
  patch: 'patch',
  ps: 'procps',
  pgrep: 'procps',
  pkill: 'procps',
  top: 'procps',
  free: 'procps',
  convert: 'imagemagick',
  identify: 'imagemagick',
  mogrify: 'imagemagick',
  composite: 'imagemagick',
  magick: 'imagemagick',
  ssh: 'openssh-client',
  scp: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  'ssh-keyscan': 'openssh-client',
  gpg: 'gnupg',
  adduser: 'adduser',
  addgroup: 'adduser',
  hg: 'mercurial',
  svn: 'subversion',
  gcc: undefined,
  cc: undefined,
  'g++': undefined,
  make: undefined,
  autoconf: undefined,
};
