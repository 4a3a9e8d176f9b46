FROM node:20
WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm npm ci && npx playwright install chromium
FROM node:20
RUN --mount=type=cache,target=/root/.npm npm ci && npx puppeteer browsers install chrome
FROM node:20
RUN --mount=type=cache,target=/root/.npm npm ci && npx cypress install
