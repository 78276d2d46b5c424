//go:build !unix

package main

import (
	"os"
	"syscall"
)

var terminate = os.Kill // there is nothing gentler here

func ownGroup() *syscall.SysProcAttr { return nil }

// lock does nothing here: two demos in one folder are not kept apart.
func lock(string) (unlock func() error, err error) { return func() error { return nil }, nil }
