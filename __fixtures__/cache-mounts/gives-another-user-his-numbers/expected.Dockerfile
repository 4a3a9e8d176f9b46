FROM node:20
USER node
RUN --mount=type=cache,target=/home/node/.npm,uid=1000,gid=1000 npm ci
RUN yarn install
RUN --mount=type=cache,target=/home/node/.npm,uid=1000,gid=1000 npm install -g serve && pip install flask
USER root
RUN --mount=type=cache,target=/root/.npm npm ci
USER app
RUN npm ci
USER 1000:1000
RUN --mount=type=cache,target=/home/node/.npm,uid=1000,gid=1000 npm ci
USER $WHO
RUN npm ci
