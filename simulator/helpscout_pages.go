package simulator

import "net/http"

func (h *HelpScout) pageRoutes(mux *http.ServeMux) {}
