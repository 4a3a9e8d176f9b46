FROM node:20 AS web
WORKDIR /web
COPY web/package.json web/package-lock.json ./
RUN npm ci
COPY web .
RUN npm run build

FROM python:3.12-slim
WORKDIR /app
ENV PYTHONUNBUFFERED=1
COPY api/requirements.txt ./
RUN pip install -r requirements.txt
COPY api/ .
COPY --from=web /web/dist ./static
CMD ["python", "app.py"]
