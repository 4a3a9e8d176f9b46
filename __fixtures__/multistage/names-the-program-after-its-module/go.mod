module example.org/team/hello/v2

go 1.22
