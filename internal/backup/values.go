package backup

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// encode gives a value of the ledger its form in JSON. Bytes, and text that is
// not UTF-8, which JSON would change silently, travel as base64.
func encode(v any) (any, error) {
	switch v := v.(type) {
	case nil, int64, bool:
		return v, nil
	case string:
		if !utf8.ValidString(v) {
			return map[string]string{"text": base64.StdEncoding.EncodeToString([]byte(v))}, nil
		}
		return v, nil
	case []byte:
		return map[string]string{"bytes": base64.StdEncoding.EncodeToString(v)}, nil
	default:
		return nil, fmt.Errorf("a value of type %T cannot be saved", v)
	}
}

// decode reads what encode made.
func decode(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, string:
		return v, nil
	case json.Number:
		return v.Int64()
	case map[string]any:
		for form, text := range v {
			s, ok := text.(string)
			if !ok || len(v) != 1 {
				break
			}
			b, err := base64.StdEncoding.DecodeString(s)
			switch {
			case err != nil:
				return nil, err
			case form == "bytes":
				return b, nil
			case form == "text":
				return string(b), nil
			}
		}
	}
	return nil, fmt.Errorf("%w: a value that is none", ErrDamaged)
}
