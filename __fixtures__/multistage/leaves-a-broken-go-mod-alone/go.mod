modul example.org/hello (
