FROM python:3.9-slim-buster
WORKDIR /app
RUN pip install Flask gunicorn
COPY . .
EXPOSE 8000
CMD ["gunicorn","-w","4","-b","0.0.0.0:8000","app:app"]
