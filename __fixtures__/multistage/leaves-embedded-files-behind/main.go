package main

import (
	"embed"
	"html/template"
	"net/http"
)

//go:embed templates/*.html
var pages embed.FS

func main() {
	page := template.Must(template.ParseFS(pages, "templates/*.html"))
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if err := page.Execute(w, "hello"); err != nil {
			panic(err)
		}
	})
	if err := http.ListenAndServe(":8080", nil); err != nil {
		panic(err)
	}
}
