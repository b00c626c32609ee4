package main

import (
	"net"
	"slices"
	"strings"
	"testing"
)

func TestServersAreChosenByNameBesideStrategies(t *testing.T) {
	chosen, servers := chooseContenders([]string{"acceptors", "pond"})
	if len(chosen) != 1 || chosen[0].Name != "pond" || len(servers) != 1 || servers[0].Name != "acceptors" {
		t.Errorf("got %v, %v", chosen, servers)
	}
	if chosen, servers := chooseContenders(nil); len(chosen) < 10 || len(servers) == 0 {
		t.Errorf("no name chooses %d strategies and %d servers, want all", len(chosen), len(servers))
	}
}

func TestAPeerIsRefusedBeforeAnythingRuns(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	here, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer here.Close()
	address := here.Addr().String()
	for _, c := range []struct {
		flags []string
		want  string // of the error
	}{
		{[]string{"mine"}, "want name=host:port, such as"},
		{[]string{"mine="}, "want name=host:port"},
		{[]string{"Mine=" + address}, "name: "},
		{[]string{"pond=" + address}, "name already in use"},
		{[]string{"acceptors=" + address}, "name already in use"},
		{[]string{"pythonthreads=" + address}, "name already in use"},
		{[]string{"mine=" + address, "mine=" + address}, "another peer has it"},
		{[]string{"mine=" + gone.Addr().String()}, "cannot connect"},
	} {
		if _, _, err := choosePeers(t.Context(), c.flags); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("--peer %q: got %v, want %q", c.flags, err, c.want)
		}
	}
	names, addresses, err := choosePeers(t.Context(), []string{"mine=" + address, "yours=" + address})
	if err != nil || !slices.Equal(names, []string{"mine", "yours"}) || addresses["yours"] != address {
		t.Errorf("got %v, %v, %v", names, addresses, err)
	}
}
