package store

import (
	"fmt"
	"os"
)

func Migrate(args []string) {
	text, err := os.ReadFile("store/schema.sql")
	fmt.Println(string(text), err)
}
