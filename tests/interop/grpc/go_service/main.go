// SPDX-License-Identifier: Apache-2.0

// An internal gRPC service on grpc-go, whose HTTP/2 is its own, for the worker's grpc binding. It does what the
// request's subject says: "code N", "sleep", "deadline", "count N" (a stream), anything else comes back as a ticket.
//
// usage: go_service [--unix PATH | --tls CA.pem CERT.pem KEY.pem]
//
// Prints {"port": N}, then a JSON line for each call and for each that was cancelled.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Messages are what they are on the wire.
type bytesCodec struct{}

func (bytesCodec) Marshal(v interface{}) ([]byte, error)      { return *v.(*[]byte), nil }
func (bytesCodec) Unmarshal(data []byte, v interface{}) error { *v.(*[]byte) = data; return nil }
func (bytesCodec) String() string                             { return "proto" }

var printing sync.Mutex

func say(what map[string]interface{}) {
	line, _ := json.Marshal(what)
	printing.Lock()
	defer printing.Unlock()
	fmt.Println(string(line))
}

func field(number byte, text string) []byte {
	return append([]byte{number<<3 | 2, byte(len(text))}, text...)
}

func ticket(number, subject string) *[]byte {
	message := append(field(1, number), field(2, subject)...)
	return &message
}

// The string in field 1, which comes first and is short.
func subjectOf(request []byte) string {
	return string(request[2 : 2+int(request[1])])
}

func answer(stream grpc.ServerStream, words []string) error {
	switch words[0] {
	case "code":
		code, _ := strconv.Atoi(words[1])
		return status.Error(codes.Code(code), "the service's own words")
	case "sleep":
		<-stream.Context().Done()
		say(map[string]interface{}{"cancelled": true})
		return stream.Context().Err()
	case "deadline":
		end, _ := stream.Context().Deadline()
		return stream.SendMsg(ticket("T-1", fmt.Sprint(time.Until(end).Seconds())))
	case "count":
		count, _ := strconv.Atoi(words[1])
		for i := 0; i < count; i++ {
			if err := stream.SendMsg(ticket("T-"+strconv.Itoa(i), "row")); err != nil {
				return err
			}
		}
		return nil
	}
	return stream.SendMsg(ticket("T-1", strings.Join(words, " ")))
}

func handle(_ interface{}, stream grpc.ServerStream) error {
	var request []byte
	if err := stream.RecvMsg(&request); err != nil {
		return err
	}
	method, _ := grpc.MethodFromServerStream(stream)
	headers, _ := metadata.FromIncomingContext(stream.Context())
	subject := subjectOf(request)
	say(map[string]interface{}{"call": method, "subject": subject, "metadata": headers})
	return answer(stream, strings.Split(subject, " "))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func mutualTLS(ca, certificate, key string) grpc.ServerOption {
	pair, err := tls.LoadX509KeyPair(certificate, key)
	must(err)
	text, err := os.ReadFile(ca)
	must(err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	return grpc.Creds(credentials.NewTLS(&tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: pool,
		ClientAuth: tls.RequireAndVerifyClientCert}))
}

func main() {
	options := []grpc.ServerOption{grpc.CustomCodec(bytesCodec{}), grpc.UnknownServiceHandler(handle)}
	network, address := "tcp", "127.0.0.1:0"
	if len(os.Args) == 3 && os.Args[1] == "--unix" {
		network, address = "unix", os.Args[2]
	} else if len(os.Args) == 5 && os.Args[1] == "--tls" {
		options = append(options, mutualTLS(os.Args[2], os.Args[3], os.Args[4]))
	}
	listener, err := net.Listen(network, address)
	must(err)
	port := 0
	if tcp, ok := listener.Addr().(*net.TCPAddr); ok {
		port = tcp.Port
	}
	fmt.Printf("{\"port\": %d}\n", port)
	must(grpc.NewServer(options...).Serve(listener))
}
