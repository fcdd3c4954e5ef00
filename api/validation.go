package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/gin-gonic/gin"

	"github.com/crieur/crieur/internal/post"
)

// route is one operation of the contract.
type route struct{ *routers.Route }

// routesOf lists the contract's operations by method and gin path.
func routesOf(spec *openapi3.T) map[string]route {
	routes := map[string]route{}
	for path, item := range spec.Paths.Map() {
		for method, operation := range item.Operations() {
			ginPath := strings.NewReplacer("{", ":", "}", "").Replace(basePath + path)
			routes[method+" "+ginPath] = route{&routers.Route{
				Spec: spec, Path: path, PathItem: item, Method: method, Operation: operation,
			}}
		}
	}
	return routes
}

func (s *Server) routeOf(c *gin.Context) route { return s.routes[c.Request.Method+" "+c.FullPath()] }

// public: the contract lets anybody in, by `security: []`.
func (r route) public() bool { return r.Operation.Security != nil && len(*r.Operation.Security) == 0 }

// jsonSchema is the schema of the operation's JSON body; nil where it takes
// none.
func (r route) jsonSchema() *openapi3.Schema {
	if r.Operation.RequestBody == nil {
		return nil
	}
	content := r.Operation.RequestBody.Value.Content["application/json"]
	if content == nil {
		return nil
	}
	return content.Schema.Value
}

// rawBodyKey holds the JSON body as it came: what an idempotency key is
// compared with.
type rawBodyKey struct{}

func rawBody(ctx context.Context) []byte {
	data, _ := ctx.Value(rawBodyKey{}).([]byte)
	return data
}

// validate holds a request against the contract, so that a handler meets
// nothing that the contract does not allow. Multipart bodies are streamed; their
// handlers hold the parts against it.
func (s *Server) validate(c *gin.Context) {
	r := s.routeOf(c)
	if err := checkParameters(c, r); err != nil {
		s.fail(c, err)
		return
	}
	if r.Operation.RequestBody == nil {
		return
	}
	kind, parameters, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || r.Operation.RequestBody.Value.Content[kind] == nil {
		s.fail(c, &post.Problem{
			Kind: unsupportedType, Code: "content_type",
			Detail: "Ce type de contenu n’est pas pris ici. Attendu : " + strings.Join(acceptedTypes(r), " ou ") + ".",
		})
		return
	}
	// The generated server compares the header as it stands.
	c.Request.Header.Set("Content-Type", mime.FormatMediaType(kind, parameters))
	if kind != "application/json" {
		return
	}
	data, err := io.ReadAll(c.Request.Body)
	if err != nil {
		s.fail(c, bodyProblem(err))
		return
	}
	if err := checkJSON(r.jsonSchema(), data); err != nil {
		s.fail(c, err)
		return
	}
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), rawBodyKey{}, data))
	c.Request.Body = io.NopCloser(bytes.NewReader(data))
}

func acceptedTypes(r route) []string {
	var types []string
	for t := range r.Operation.RequestBody.Value.Content {
		types = append(types, t)
	}
	slices.Sort(types)
	return types
}

// bodyProblem: the body could not be read to its end.
func bodyProblem(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return &post.Problem{
		Kind: post.Malformed, Code: "body_unreadable", Err: err,
		Detail: "La demande est arrivée incomplète. Recommencez.",
	}
}

func checkParameters(c *gin.Context, r route) error {
	path := make(map[string]string, len(c.Params))
	for _, p := range c.Params {
		path[p.Key] = p.Value
	}
	for name, values := range c.Request.URL.Query() {
		switch {
		case r.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil:
			return parameterProblem(name, "unknown_parameter", "Ce paramètre n’existe pas.")
		case len(values) > 1:
			return parameterProblem(name, "parameter_twice", "Ce paramètre est donné deux fois.")
		case !printable(values[0]):
			return parameterProblem(name, "control_character", "Ce paramètre contient un signe illisible.")
		}
	}
	err := openapi3filter.ValidateRequest(c.Request.Context(), &openapi3filter.RequestValidationInput{
		Request: c.Request, PathParams: path, Route: r.Route,
		Options: &openapi3filter.Options{
			ExcludeRequestBody: true, SkipSettingDefaults: true,
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
		},
	})
	var refused *openapi3filter.RequestError
	if !errors.As(err, &refused) {
		return err
	}
	parameter := refused.Parameter
	switch {
	case parameter == nil:
		return err
	case parameter.In == openapi3.ParameterInPath:
		return post.NotFoundProblem()
	case errors.Is(refused.Err, openapi3filter.ErrInvalidRequired) && parameter.Name == "If-Match":
		return &post.Problem{
			Kind: preconditionRequired, Code: "if_match_required",
			Detail: "Dites dans If-Match quelle version vous avez lue.",
		}
	}
	var schemaError *openapi3.SchemaError
	if errors.As(refused.Err, &schemaError) {
		code, message, _ := explain(schemaError)
		return parameterProblem(parameter.Name, code, message)
	}
	return parameterProblem(parameter.Name, "parameter_invalid", "Ce paramètre n’est pas valable.")
}

func parameterProblem(name, code, message string) error {
	return malformed(code, "Paramètre « "+name+" » : "+message, post.Field{Field: name, Code: code, Message: message})
}

// checkJSON holds a JSON text against a schema. The problem names every field
// that is wrong.
func checkJSON(schema *openapi3.Schema, data []byte) error {
	if !utf8.Valid(data) {
		return malformed("not_utf8", "Le contenu n’est pas en UTF-8.")
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return malformed("not_json", "Le contenu n’est pas du JSON valable.")
	}
	if path, ok := findControl(value, nil); ok {
		return malformed("control_character", "Le texte contient un signe illisible.",
			post.Field{Field: fieldPath(path), Code: "control_character", Message: "Retirez le signe illisible."})
	}
	err := schema.VisitJSON(value, openapi3.VisitAsRequest(), openapi3.MultiErrors())
	if err == nil {
		return nil
	}
	var fields, malformedFields []post.Field
	for _, e := range schemaErrors(err) {
		code, message, isMalformed := explain(e)
		for _, path := range blamed(e) {
			field := post.Field{Field: path, Code: code, Message: message}
			if isMalformed && !slices.Contains(malformedFields, field) {
				malformedFields = append(malformedFields, field)
			} else if !isMalformed && !slices.Contains(fields, field) {
				fields = append(fields, field)
			}
		}
	}
	kind := post.Invalid
	if len(malformedFields) > 0 {
		kind = post.Malformed
	}
	fields = append(malformedFields, fields...)
	if len(fields) == 0 {
		return fmt.Errorf("a schema error without a field: %w", err)
	}
	return &post.Problem{Kind: kind, Code: fields[0].Code, Detail: sentence(fields[0]), Fields: fields}
}

func sentence(f post.Field) string {
	if f.Field == "" {
		return f.Message
	}
	return "Champ « " + f.Field + " » : " + f.Message
}

func schemaErrors(err error) []*openapi3.SchemaError {
	var many openapi3.MultiError
	var one *openapi3.SchemaError
	switch {
	case errors.As(err, &many):
		var all []*openapi3.SchemaError
		for _, e := range many {
			all = append(all, schemaErrors(e)...)
		}
		return all
	case errors.As(err, &one):
		return []*openapi3.SchemaError{one}
	}
	return nil
}

// blamed lists the fields that an error is about.
func blamed(e *openapi3.SchemaError) []string {
	path := e.JSONPointer()
	object, isObject := e.Value.(map[string]any)
	if e.SchemaField != "properties" || !isObject {
		return []string{fieldPath(path)}
	}
	var unknown []string
	for name := range object {
		if e.Schema.Properties[name] == nil {
			unknown = append(unknown, fieldPath(append(slices.Clone(path), name)))
		}
	}
	slices.Sort(unknown)
	return unknown
}

// fieldPath writes a JSON pointer as people do: images[1].alt.
func fieldPath(pointer []string) string {
	var b strings.Builder
	for _, part := range pointer {
		if _, err := strconv.Atoi(part); err == nil && b.Len() > 0 {
			b.WriteString("[" + part + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(part)
	}
	return b.String()
}

// explain puts a schema's rule into words. malformed: the shape is wrong, and
// not only the value.
func explain(e *openapi3.SchemaError) (code, message string, malformed bool) {
	switch e.SchemaField {
	case "properties":
		return "unknown_field", "Ce champ n’existe pas.", true
	case "type":
		return "wrong_type", "Ce champ attend : " + strings.Join(e.Schema.Type.Slice(), ", ") + ".", true
	case "nullable":
		return "wrong_type", "Ce champ ne peut pas être nul. Laissez-le de côté.", true
	case "required":
		return "required", "Ce champ est à remplir.", false
	case "minLength":
		return "required", "Ce champ est à remplir.", false
	case "maxLength":
		return "too_long", fmt.Sprintf("%d signes au plus.", *e.Schema.MaxLength), false
	case "enum":
		return "unknown_value", "Valeurs possibles : " + oneOf(e.Schema.Enum) + ".", false
	case "maxItems":
		return "too_many", fmt.Sprintf("%d au plus.", *e.Schema.MaxItems), false
	case "maxProperties":
		return "too_many", fmt.Sprintf("%d au plus.", *e.Schema.MaxProps), false
	case "minProperties":
		return "empty", "Il n’y a rien à changer.", false
	case "minimum", "maximum":
		return "out_of_range", "Ce nombre est hors des bornes.", false
	}
	return "invalid", "Cette valeur n’est pas valable.", false
}

func oneOf(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}

// findControl finds a NUL, which no text holds and PostgreSQL refuses.
func findControl(value any, path []string) ([]string, bool) {
	switch v := value.(type) {
	case string:
		return path, !printable(v)
	case []any:
		for i, item := range v {
			if found, ok := findControl(item, append(path, strconv.Itoa(i))); ok {
				return found, true
			}
		}
	case map[string]any:
		for _, name := range sortedNames(v) {
			if !printable(name) {
				return path, true
			}
			if found, ok := findControl(v[name], append(path, name)); ok {
				return found, true
			}
		}
	}
	return nil, false
}

func printable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

func sortedNames(object map[string]any) []string {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.SortFunc(names, cmp.Compare)
	return names
}
