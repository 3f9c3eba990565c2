package simulator

import (
	"encoding/json"
	"net/http"
)

func (a *Aircall) controlRoutes(mux *http.ServeMux) {
	a.edge.controlRoutes(mux, func() any {
		a.mu.Lock()
		numbers, users, teams := values(a.numbers), values(a.users), values(a.teams)
		configurations := a.configurationsNow()
		a.mu.Unlock()
		return map[string]any{
			"numbers": numbers, "users": users, "teams": teams, "contacts": a.Contacts(),
			"webhooks": a.Webhooks(), "calls": a.Calls(), "cards": a.Cards(),
			"insights": a.allInsights(),
			"messages": a.Messages(), "message_configurations": configurations,
		}
	})
	post := func(path string, handler http.HandlerFunc) { mux.HandleFunc("POST "+controlPath+path, handler) }
	post("numbers", seed(func(n Number) (any, error) { return a.AddNumber(n), nil }))
	post("users", seed(func(u AircallUser) (any, error) { return a.AddUser(u), nil }))
	post("teams", seed(func(t Team) (any, error) { return a.AddTeam(t), nil }))
	post("contacts", seed(func(c Contact) (any, error) { return a.AddContact(c), nil }))
	post("webhooks", seed(func(w Webhook) (any, error) { return a.AddWebhook(w), nil }))
	a.messageControlRoutes(mux)
	post("calls", a.placeByHTTP)
	post("calls/{id}/comments", act(func(id int64, v struct {
		UserID  int64  `json:"user_id"`
		Content string `json:"content"`
	}) error {
		return a.Comment(id, v.UserID, v.Content)
	}))
	post("calls/{id}/tags", act(func(id int64, v struct {
		UserID int64  `json:"user_id"`
		Name   string `json:"name"`
	}) error {
		return a.Tag(id, v.UserID, v.Name)
	}))
	post("calls/{id}/archive", act(func(id int64, _ struct{}) error { return a.Archive(id) }))
	post("calls/{id}/insights", act(func(id int64, i Insight) error {
		i.CallID = id
		return a.Tell(a.ctx, i)
	}))
	post("calls/{id}/voice_agent", act(func(id int64, v struct {
		VoiceAgentSession
		Event     string `json:"event"`
		IDsAsText bool   `json:"ids_as_text"`
		OlderName bool   `json:"older_name"`
	}) error {
		return a.TellVoiceAgent(a.ctx, id, v.VoiceAgentSession, VoiceAgentTold{v.Event, v.IDsAsText, v.OlderName})
	}))
	post("integrations/{app}/uninstall", func(w http.ResponseWriter, r *http.Request) {
		if err := a.Uninstall(r.Context(), r.PathValue("app")); err != nil {
			reply(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	post("plan", seed(func(v struct {
		Intelligence bool `json:"intelligence"`
	}) (any, error) {
		a.SwitchIntelligence(v.Intelligence)
		return v, nil
	}))
	post("events", func(w http.ResponseWriter, r *http.Request) {
		var event struct {
			Event string          `json:"event"`
			Data  json.RawMessage `json:"data"`
		}
		if !read(w, r, &event) {
			return
		}
		if err := a.Emit(r.Context(), event.Event, event.Data); err != nil {
			reply(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	for path, list := range map[string]func() any{
		"calls":      func() any { return a.Calls() },
		"cards":      func() any { return orNone(a.Cards()) },
		"deliveries": func() any { return orNone(a.Deliveries()) },
	} {
		mux.HandleFunc("GET "+controlPath+path, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, http.StatusOK, list())
		})
	}
}

// placeByHTTP answers at once with the call's id, or with ?wait=true after the
// last event.
func (a *Aircall) placeByHTTP(w http.ResponseWriter, r *http.Request) {
	var script Script
	if !read(w, r, &script) {
		return
	}
	place := a.PlaceAsync
	if r.URL.Query().Get("wait") == "true" {
		place = func(s Script) (int64, error) { return a.Place(r.Context(), s) }
	}
	id, err := place(script)
	if err != nil {
		reply(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	reply(w, http.StatusCreated, map[string]int64{"call_id": id})
}
