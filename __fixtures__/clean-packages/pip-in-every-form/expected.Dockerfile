FROM python:3.12-slim
RUN pip install --no-cache-dir flask && pip3 install --no-cache-dir -r requirements.txt && python -m pip install --no-cache-dir --upgrade pip
RUN python3 -m pip --disable-pip-version-check install --no-cache-dir \
      flask
RUN if [ -f extra.txt ]; then pip install --no-cache-dir -r extra.txt; fi
CMD ["python", "app.py"]
