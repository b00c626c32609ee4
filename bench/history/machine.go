package history

import (
	"fmt"
	"strings"
	"unicode"
)

// MachineClass names the class of the machine that a job's head describes, such
// as linux-amd64-2cpu-intel-xeon-2.50ghz: machines of one class are taken for
// equals. A head that says "machine: NAME" has named it itself.
func (j *Job) MachineClass() (string, error) {
	if name := j.Settings[keyMachine]; name != "" {
		return name, nil
	}
	var parts []string
	for _, key := range []string{"goos", "goarch", "gomaxprocs", "cpu"} {
		part := slug(j.Settings[key])
		switch {
		case part == "" && key == "gomaxprocs":
			continue
		case part == "":
			return "", fmt.Errorf("the results have no line %q, so their machine class must be given", key+": ...")
		case key == "gomaxprocs":
			part += "cpu"
		}
		parts = append(parts, part)
	}
	name := strings.Join(parts, "-")
	return name[:min(len(name), 100)], nil
}

// slug keeps letters and digits, and makes one dash of what lies between.
func slug(s string) string {
	for _, mark := range []string{"(R)", "(TM)", "(r)", "(tm)"} {
		s = strings.ReplaceAll(s, mark, "")
	}
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return r > unicode.MaxASCII || r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return strings.Join(words, "-")
}
