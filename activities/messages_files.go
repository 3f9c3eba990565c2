package activities

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"callscout/activities/contract"
	"callscout/calllog"
	"callscout/helpscout"
	"callscout/media"
	"callscout/store"
)

const (
	// mostAttached is how many bytes one thread takes along; Help Scout's own limit is
	// not documented, and Base64 makes a third more of it. What is more follows in
	// threads of its own.
	mostAttached = 10 << 20
	// filesKeptFor is how long a file waits for a message that cannot be logged.
	filesKeptFor = 60 * 24 * time.Hour
)

// FetchFile fetches a file of a message and keeps it, sealed, until it is attached:
// Aircall's links do not last, and a run may stand still for days. One that is not
// wanted is no error, and one that cannot be had this time is an error that may pass.
func (a *Activities) FetchFile(ctx context.Context, in contract.FetchFileInput) (contract.FetchFileResult, error) {
	file, err := a.Files.Fetch(ctx, in.Link.URL)
	var refused *media.Refused
	switch {
	case errors.As(err, &refused):
		return contract.FetchFileResult{Refused: string(refused.Reason)}, nil
	case err != nil:
		return contract.FetchFileResult{}, &failure{
			problem: calllog.FileUnavailable, cause: err, details: contract.FailureDetails{Message: err.Error()},
		}
	}
	kept := store.MediaFile{Name: nameOfFile(in, file), Type: cmp.Or(file.Type, in.Link.Type, "application/octet-stream"), Data: file.Data}
	if err := a.Store.KeepMedia(ctx, in.Installation, in.Message, in.File, kept); err != nil {
		return contract.FetchFileResult{}, storeDown(err)
	}
	if _, err := a.Store.DropMediaKeptBefore(ctx, a.now().Add(-filesKeptFor)); err != nil {
		return contract.FetchFileResult{}, storeDown(err)
	}
	return contract.FetchFileResult{Name: kept.Name, Type: kept.Type}, nil
}

// nameOfFile prefers the name that Aircall gives, made safe, with the ending of what
// the content shows.
func nameOfFile(in contract.FetchFileInput, file media.File) string {
	if name := media.CleanName(in.Link.Name, file.Type); name != "" && in.Link.Name != "" {
		return name
	}
	return cmp.Or(file.Name, "file-"+strconv.Itoa(in.File+1))
}

// attachment is a file that a thread takes along.
type attachment struct {
	key  calllog.FileKey
	file helpscout.Attachment
}

// attachments are the files that the thread takes along, and what it says of each.
func (a *Activities) attachments(ctx context.Context, in contract.MessageThreadInput, messages []calllog.Message) ([]attachment, map[calllog.FileKey]calllog.FileNow, error) {
	says := map[calllog.FileKey]calllog.FileNow{}
	if in.Part.Kind == calllog.MessageFailure {
		return nil, says, nil
	}
	var list []attachment
	total := 0
	for _, m := range messages {
		for i := range m.Files {
			key := calllog.FileKey{Message: m.ID, File: i}
			if m.Files[i].State != calllog.FileKept || in.Part.Kind == calllog.MessageFile && i != in.Part.File {
				continue
			}
			kept, found, err := a.Store.Media(ctx, in.Installation, m.ID, i)
			switch {
			case err != nil:
				return nil, nil, storeDown(err)
			case !found:
				// It waited too long, and is not there any more.
				m.Files[i].State = calllog.FileLost
			case len(list) > 0 && total+len(kept.Data) > mostAttached:
				says[key] = calllog.FileFollows
			default:
				total += len(kept.Data)
				says[key] = calllog.FileAttached
				list = append(list, attachment{key, helpscout.Attachment{FileName: kept.Name, MimeType: kept.Type, Data: kept.Data}})
			}
		}
	}
	return list, says, nil
}

func sent(list []attachment) []helpscout.Attachment {
	var files []helpscout.Attachment
	for _, one := range list {
		files = append(files, one.file)
	}
	return files
}

var attachmentPath = regexp.MustCompile(`attachments[\[./](\d+)`)

// notTaken are the files that a thread was refused for, and what becomes of them: those
// that Help Scout names, or all, since a file must not cost a message its log. Several
// that are too much together go one by one.
func notTaken(err error, list []attachment) (guilty []attachment, now calllog.FileNow) {
	var refused *helpscout.Error
	if !errors.As(err, &refused) || len(list) == 0 {
		return nil, ""
	}
	if refused.Status == http.StatusRequestEntityTooLarge && len(list) > 1 {
		return list[1:], calllog.FileFollows
	}
	switch refused.Status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
	default:
		return nil, ""
	}
	for _, field := range refused.Fields {
		if found := attachmentPath.FindStringSubmatch(field.Path); found != nil {
			if i, err := strconv.Atoi(found[1]); err == nil && i < len(list) {
				guilty = append(guilty, list[i])
			}
		}
	}
	if len(guilty) == 0 {
		guilty = list
	}
	return guilty, calllog.FileNotTaken
}
