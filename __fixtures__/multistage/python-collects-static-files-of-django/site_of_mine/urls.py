import MySQLdb
from django.http import HttpResponse
from django.urls import path


def index(request):
    return HttpResponse(f"Hello from Django, with MySQL's client {MySQLdb.version_info[0]}")


urlpatterns = [path("", index)]
