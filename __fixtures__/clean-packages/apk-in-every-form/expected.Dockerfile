FROM alpine:3.20
RUN apk add --no-cache curl
RUN apk upgrade --no-cache \
 && apk add --no-cache --virtual .build-deps gcc \
 && apk add --no-cache git \
 && apk del .build-deps
RUN apk add --no-cache make && rm -rf /var/cache/apk/*
RUN apk --no-cache add jq
RUN apk add --no-cache xz
RUN set -eux; \
    apk add --no-cache \
      bash \
      # the editor
      vim
RUN addgroup app; apk add --no-cache nano
RUN apk update \
 # what the build needs
 && apk add --no-cache gcc
RUN apk add --no-cache -Ut .deps g++
CMD ["curl", "--version"]
