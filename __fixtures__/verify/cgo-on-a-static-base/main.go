package main

// #include <stdlib.h>
import "C"

import (
	"fmt"
	"net/http"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, C.abs(-7)) })
	http.ListenAndServe(":8080", nil)
}
