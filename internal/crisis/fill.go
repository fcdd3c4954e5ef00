package crisis

import (
	"regexp"
	"strings"
)

// fill puts values into the blanks of a text. A sentence with a blank that has
// no value is left out: half a sentence misleads.
func fill(text string, values map[string]string) string {
	blank := regexp.MustCompile(`\{[^{}\s]+\}`)
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		var kept []string
		for _, sentence := range sentences(line) {
			missing := false
			sentence = blank.ReplaceAllStringFunc(sentence, func(found string) string {
				value := strings.TrimSpace(values[strings.Trim(found, "{}")])
				missing = missing || value == ""
				return value
			})
			if !missing && sentence != "" {
				kept = append(kept, sentence)
			}
		}
		lines = append(lines, strings.Join(kept, " "))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// sentences splits a line after what ends a sentence and is followed by a space.
func sentences(line string) []string {
	var all []string
	start := 0
	for i := 0; i < len(line)-1; i++ {
		if strings.ContainsRune(".!?", rune(line[i])) && line[i+1] == ' ' {
			all = append(all, strings.TrimSpace(line[start:i+1]))
			start = i + 1
		}
	}
	return append(all, strings.TrimSpace(line[start:]))
}
