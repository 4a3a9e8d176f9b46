package main

import (
	"os"

	"example.org/hello/store"
)

func main() {
	store.Migrate(os.Args)
}
