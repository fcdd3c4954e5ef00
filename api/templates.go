package api

import (
	"context"
	"io"

	"github.com/crieur/crieur/internal/post"
	"github.com/crieur/crieur/internal/templates"
)

// Templates are the use cases on texts with blanks.
type Templates interface {
	Templates(ctx context.Context, actor post.Actor) ([]post.Template, error)
	Template(ctx context.Context, actor post.Actor, id string) (post.Template, error)
	Create(ctx context.Context, actor post.Actor, in templates.Wanted) (post.Template, error)
	Update(ctx context.Context, actor post.Actor, id string, in templates.Wanted) (post.Template, error)
	Delete(ctx context.Context, actor post.Actor, id string) error
	Fill(ctx context.Context, actor post.Actor, id string, values map[string]string) (templates.Filled, error)
	Export(ctx context.Context, actor post.Actor, name string, ids []string) (templates.Pack, error)
	Import(ctx context.Context, actor post.Actor, data []byte, trial bool) ([]templates.Line, error)
}

// ListTemplates implements StrictServerInterface.
func (s *Server) ListTemplates(ctx context.Context, _ ListTemplatesRequestObject) (ListTemplatesResponseObject, error) {
	ctx, actor := caller(ctx)
	all, err := s.deps.Templates.Templates(ctx, actor)
	if err != nil {
		return nil, err
	}
	list := TemplateList{Templates: make([]Template, 0, len(all))}
	for i := range all {
		list.Templates = append(list.Templates, templateView(&all[i]))
	}
	return ListTemplates200JSONResponse(list), nil
}

// CreateTemplate implements StrictServerInterface.
func (s *Server) CreateTemplate(ctx context.Context, in CreateTemplateRequestObject) (CreateTemplateResponseObject, error) {
	ctx, actor := caller(ctx)
	b := in.Body
	circumstance := post.Circumstance(b.Circumstance)
	made, err := s.deps.Templates.Create(ctx, actor, templates.Wanted{
		Circumstance: &circumstance, Name: &b.Name, Title: b.Title, Text: &b.Text, Category: b.Category, Blanks: blanksOf(b.Blanks),
	})
	if err != nil {
		return nil, err
	}
	return CreateTemplate201JSONResponse(templateView(&made)), nil
}

// GetTemplate implements StrictServerInterface.
func (s *Server) GetTemplate(ctx context.Context, in GetTemplateRequestObject) (GetTemplateResponseObject, error) {
	ctx, actor := caller(ctx)
	t, err := s.deps.Templates.Template(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	return GetTemplate200JSONResponse{TemplateJSONResponse(templateView(&t))}, nil
}

// UpdateTemplate implements StrictServerInterface.
func (s *Server) UpdateTemplate(ctx context.Context, in UpdateTemplateRequestObject) (UpdateTemplateResponseObject, error) {
	ctx, actor := caller(ctx)
	b := in.Body
	wanted := templates.Wanted{Name: b.Name, Title: b.Title, Text: b.Text, Category: b.Category, Blanks: blanksOf(b.Blanks)}
	if b.Circumstance != nil {
		circumstance := post.Circumstance(*b.Circumstance)
		wanted.Circumstance = &circumstance
	}
	t, err := s.deps.Templates.Update(ctx, actor, in.ID, wanted)
	if err != nil {
		return nil, err
	}
	return UpdateTemplate200JSONResponse{TemplateJSONResponse(templateView(&t))}, nil
}

// DeleteTemplate implements StrictServerInterface.
func (s *Server) DeleteTemplate(ctx context.Context, in DeleteTemplateRequestObject) (DeleteTemplateResponseObject, error) {
	ctx, actor := caller(ctx)
	if err := s.deps.Templates.Delete(ctx, actor, in.ID); err != nil {
		return nil, err
	}
	return DeleteTemplate204Response{}, nil
}

// FillTemplate implements StrictServerInterface.
func (s *Server) FillTemplate(ctx context.Context, in FillTemplateRequestObject) (FillTemplateResponseObject, error) {
	ctx, actor := caller(ctx)
	filled, err := s.deps.Templates.Fill(ctx, actor, in.ID, in.Body.Values)
	if err != nil {
		return nil, err
	}
	return FillTemplate200JSONResponse{Title: filled.Title, Text: filled.Text, Missing: notNil(filled.Missing)}, nil
}

// ExportTemplates implements StrictServerInterface.
func (s *Server) ExportTemplates(ctx context.Context, in ExportTemplatesRequestObject) (ExportTemplatesResponseObject, error) {
	ctx, actor := caller(ctx)
	pack, err := s.deps.Templates.Export(ctx, actor, value(in.Params.Name), value(in.Params.ID))
	if err != nil {
		return nil, err
	}
	view := TemplatePack{
		Format: TemplatePackFormat(pack.Format), Version: pack.Version, Name: pack.Name, Templates: make([]PackedTemplate, 0, len(pack.Templates)),
	}
	for _, t := range pack.Templates {
		blanks := blanksView(t.Blanks)
		view.Templates = append(view.Templates, PackedTemplate{
			Circumstance: Circumstance(t.Circumstance), Name: t.Name, Title: t.Title, Text: t.Text, Category: text(t.Category), Blanks: &blanks,
		})
	}
	return ExportTemplates200JSONResponse(view), nil
}

// ImportTemplates implements StrictServerInterface.
func (s *Server) ImportTemplates(ctx context.Context, in ImportTemplatesRequestObject) (ImportTemplatesResponseObject, error) {
	ctx, actor := caller(ctx)
	data, err := readFile(in.Body, templates.MaxPack)
	if err != nil {
		return nil, err
	}
	trial := value(in.Params.DryRun)
	lines, err := s.deps.Templates.Import(ctx, actor, data, trial)
	if err != nil {
		return nil, err
	}
	view := TemplatePackResult{DryRun: trial, Lines: make([]TemplatePackLine, 0, len(lines))}
	for _, l := range lines {
		view.Lines = append(view.Lines, TemplatePackLine{
			Position: l.Position, Name: l.Name, Fate: TemplatePackLineFate(l.Fate), As: l.As, Message: l.Message,
		})
		if !trial && (l.Fate == templates.FateNew || l.Fate == templates.FateRenamed) {
			view.Added++
		}
	}
	return ImportTemplates200JSONResponse(view), nil
}

// readFile reads a file that is the whole body.
func readFile(body io.Reader, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(body, most+1))
	if err != nil {
		return nil, bodyProblem(err)
	}
	if int64(len(data)) > most {
		return nil, tooLargeProblem()
	}
	if len(data) == 0 {
		return nil, malformed("body_empty", "Il manque le fichier.")
	}
	return data, nil
}

func blanksOf(in *[]TemplateBlank) *[]post.Blank {
	if in == nil {
		return nil
	}
	blanks := make([]post.Blank, 0, len(*in))
	for _, b := range *in {
		blanks = append(blanks, post.Blank{Name: b.Name, Label: b.Label, Example: value(b.Example), Optional: value(b.Optional)})
	}
	return &blanks
}

func blanksView(all []post.Blank) []TemplateBlank {
	view := make([]TemplateBlank, 0, len(all))
	for _, b := range all {
		view = append(view, TemplateBlank{Name: b.Name, Label: b.Label, Example: &b.Example, Optional: &b.Optional})
	}
	return view
}

func templateView(t *post.Template) Template {
	return Template{
		ID: t.ID, Builtin: t.Builtin, Circumstance: Circumstance(t.Circumstance), Name: t.Name, Title: t.Title, Text: t.Text,
		Category: t.Category, Blanks: blanksView(t.Blanks), Origin: t.Origin, UpdatedAt: instant(t.UpdatedAt),
	}
}
