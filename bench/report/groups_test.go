package report

import (
	"reflect"
	"slices"
	"testing"

	"github.com/poolbench/poolbench/bench"
	"github.com/poolbench/poolbench/bench/question"
)

// groupsIn are the handles of groups that a value holds, however deep.
func groupsIn(v reflect.Value) (out []*bench.Group) {
	if g, ok := v.Interface().(*bench.Group); ok {
		return []*bench.Group{g}
	}
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, groupsIn(v.Index(i))...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanInterface() {
				out = append(out, groupsIn(v.Field(i))...)
			}
		}
	case reflect.Interface:
		out = groupsIn(v.Elem())
	}
	return out
}

func TestQuestionsAndGroupsNameEachOther(t *testing.T) {
	behind := make(map[string][]*bench.Group) // the groups in the tables behind a question
	for _, of := range ratioTables {
		for _, slug := range of.questions {
			behind[slug] = append(behind[slug], of.groups...)
		}
	}
	for _, q := range question.All {
		groups := groupsIn(reflect.ValueOf(q.Parts))
		if len(groups) == 0 {
			t.Errorf("question %s rests on no group", q.Slug)
		}
		for _, g := range groups {
			if !slices.Contains(bench.Groups, g) {
				t.Errorf("question %s rests on group %s, which is never measured", q.Slug, g.Slug)
			}
			if !slices.Contains(g.Questions, q.Slug) {
				t.Errorf("question %s rests on group %s, which run --question %s does not measure: its Questions are %v", q.Slug, g.Slug, q.Slug, g.Questions)
			}
		}
		for _, g := range bench.Groups {
			if slices.Contains(g.Questions, q.Slug) && !slices.Contains(groups, g) && !slices.Contains(behind[q.Slug], g) && !(q == question.Contention && g == bench.GroupSubmit) {
				t.Errorf("group %s is measured for question %s, whose answer and tables do not show it", g.Slug, q.Slug)
			}
		}
	}
	for _, g := range bench.Groups {
		for _, slug := range g.Questions {
			if !slices.Contains(question.Slugs(), slug) {
				t.Errorf("group %s is measured for question %s, which does not exist", g.Slug, slug)
			}
		}
	}
}
