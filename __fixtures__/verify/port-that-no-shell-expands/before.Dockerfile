FROM python:3.12-slim
ENV PORT=8080
WORKDIR /app
COPY index.html .
EXPOSE 8080
CMD python -m http.server $PORT
