FROM python:3.12-slim AS redirected
RUN echo 'exec /usr/local/bin/python3 "$@"' > /usr/local/bin/python
CMD python app.py
FROM python:3.12-slim AS copied
COPY <<EOF /usr/local/bin/python
exec /usr/local/bin/python3 "$@"
EOF
CMD python app.py
FROM python:3.12-slim AS linked
RUN ln -s /usr/bin/python3 /usr/bin/python
CMD ["python", "app.py"]
