from python:3.11
run --mount=type=cache,target=/root/.cache/pip \
    pip install \
    # what the app needs
    -r requirements.txt
run --mount=type=cache,target=/root/.cache/pip \
  set -eux; \
  pip3 install --upgrade pip; \
  pip3 install flask
run --network=host --mount=type=cache,target=/root/.cache/pip pip install gunicorn
run --network=host \
  --mount=type=cache,target=/root/.cache/pip \
  pip install gunicorn
run --mount=type=cache,target=/root/.cache/pip \
    pip install \
    flask
run --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \
    --mount=type=cache,target=/root/.cache/pip \
    mv /etc/apt/apt.conf.d/docker-clean /etc/apt/docker-clean && \
    apt-get update && \
    apt-get install -y --no-install-recommends \
      curl \
      git && \
    pip install a-package-with-a-long-name another-package-with-a-long-name && \
    mv /etc/apt/docker-clean /etc/apt/apt.conf.d/docker-clean
run --mount=type=cache,target=/root/.cache/pip \
    python -m pip install a-package-with-a-long-name another-package-with-a-long-name a-third-package==1.2.3 a-fourth==1
