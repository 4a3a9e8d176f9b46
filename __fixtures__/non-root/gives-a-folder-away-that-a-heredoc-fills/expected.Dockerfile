FROM node:20-bookworm-slim
WORKDIR /app
RUN chown 1000:1000 /app
COPY --chown=1000:1000 package.json ./
RUN <<EOF
npm install && chown -R 1000:1000 /app/node_modules
EOF
COPY --chown=1000:1000 . .
EXPOSE 3000
USER 1000:1000
CMD ["npm", "start"]
