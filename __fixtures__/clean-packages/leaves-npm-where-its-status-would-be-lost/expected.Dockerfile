FROM node:20-slim
RUN set -e; true && npm install --global a; npm install --global b && npm cache clean --force && node --version; true
RUN npm install --global a | tee /log
CMD ["node", "."]
