FROM node:20
WORKDIR /root
COPY npm-cache .npm
RUN npm ci
FROM python:3.12
ADD wheels /root/.cache/pip/
RUN pip install flask
FROM python:3.12
WORKDIR /root
COPY . .
RUN pip install flask
FROM node:20
WORKDIR /root
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci
