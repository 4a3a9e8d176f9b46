# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY tools\setup.zip C:\setup\
ADD tools\* C:\tools\
ADD tools\site.tar.gz C:\inetpub\
