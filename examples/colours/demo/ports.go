package main

import (
	"fmt"
	"net"
	"strconv"
)

// ports hands out loopback ports: the one asked for where it is free, else
// another. It gives none twice.
type ports struct{ given map[string]bool }

// take returns 127.0.0.1:port.
func (p *ports) take(preferred int) (string, error) {
	for _, port := range []int{preferred, 0, 0, 0, 0, 0} {
		ln, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue
		}
		addr := ln.Addr().String()
		ln.Close()
		if !p.given[addr] {
			p.given[addr] = true
			return addr, nil
		}
	}
	return "", fmt.Errorf("looking for a free port in place of %d: there is none on 127.0.0.1", preferred)
}
