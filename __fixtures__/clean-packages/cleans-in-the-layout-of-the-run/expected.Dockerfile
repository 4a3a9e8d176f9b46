FROM debian:bookworm-slim
RUN apt-get update \
 # what the build needs
 && apt-get install -y curl \
 # and what tests need
 && apt-get install -y git \
 && rm -rf /var/lib/apt/lists/*

RUN set -eux; \
	apt-get update; \
	apt-get install -y make; \
	rm -rf /var/lib/apt/lists/*

RUN apt-get update && apt-get install -y --no-install-recommends a-package-with-a-long-name another-package-with-a-long-name \
    && rm -rf /var/lib/apt/lists/*

RUN apt-get update && apt-get install -y \
      gcc \
      # the compiler
      g++ \
      && rm -rf /var/lib/apt/lists/* # both

RUN apt-get update; apt-get install -y xz-utils && rm -rf /var/lib/apt/lists/*;

run <<EOF
apt-get update
apt-get install -y jq && rm -rf /var/lib/apt/lists/*
EOF

RUN <<EOF
set -e
apt-get update
apt-get install -y vim
rm -rf /var/lib/apt/lists/*
EOF

RUN apt-get update && apt-get install -y wget | tee /log \
    && wget --version \
    && rm -rf /var/lib/apt/lists/*
CMD ["git", "--version"]
