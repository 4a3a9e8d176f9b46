FROM node:20-bookworm-slim

WORKDIR /usr/src/app
COPY --chown=1000:1000 package.json ./
RUN npm install && chown -R 1000:1000 /usr/src/app/node_modules

COPY --chown=1000:1000 . .
RUN npm run build && find /usr/src/app ! -user 1000 -exec chown -h 1000:1000 {} +
RUN mkdir -p uploads logs && chown -R 1000:1000 /usr/src/app/uploads /usr/src/app/logs

EXPOSE 3000
USER 1000:1000
# the server alone
CMD ["npm", "start"]
