package simulator

import "net/http"

func (a *Aircall) pageRoutes(mux *http.ServeMux) {}
