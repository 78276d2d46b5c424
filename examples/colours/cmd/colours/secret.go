package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// secret reads env:NAME or file:PATH, without the line end that editors leave.
// An empty secret is an error.
func secret(from string) (string, error) {
	kind, where, _ := strings.Cut(from, ":")
	var value string
	switch kind {
	case "env":
		value = os.Getenv(where)
	case "file":
		b, err := os.ReadFile(where)
		if err != nil {
			return "", fmt.Errorf("reading the database password: %w", err)
		}
		value = strings.TrimRight(string(b), "\r\n")
	default:
		return "", fmt.Errorf("reading the database password: -db-password wants env:NAME or file:PATH: %w", errUsage)
	}
	if value == "" {
		return "", errors.New("reading the database password: " + from + " is empty")
	}
	return value, nil
}
