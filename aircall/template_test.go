package aircall_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"callscout/aircall"
)

func TestATemplateIsReadInWhateverShape(t *testing.T) {
	t.Parallel()
	type want struct {
		template, text string
		parameters     []aircall.Parameter
	}
	both := []aircall.Parameter{{Name: "name", Value: "Grace"}, {Name: "day", Value: "Monday"}}
	bare := []aircall.Parameter{{Value: "Grace"}, {Value: "Monday"}}
	counted := []aircall.Parameter{{Name: "1", Value: "Grace"}, {Name: "2", Value: "Monday"}}
	for data, want := range map[string]want{
		`"template_content":null`:                               {},
		`"template_content":{}`:                                 {},
		`"template_content":"parcel_day"`:                       {template: "parcel_day"},
		`"template_content":"Hello Grace, it comes on Monday."`: {text: "Hello Grace, it comes on Monday."},
		`"template_content":"{\"name\":\"parcel_day\",\"params\":[\"Grace\",\"Monday\"]}"`:                                                              {"parcel_day", "", bare},
		`"template_content":{"name":"parcel_day","text":"Hello {{1}}","parameters":["Grace","Monday"]}`:                                                 {"parcel_day", "Hello {{1}}", bare},
		`"template_content":{"templateName":"parcel_day","body":"Hello","templateParams":{"name":"Grace","day":"Monday"}}`:                              {"parcel_day", "Hello", both},
		`"template_content":{"template":"parcel_day","variables":[{"name":"name","value":"Grace"},{"name":"day","value":"Monday"}]}`:                    {"parcel_day", "", both},
		`"template_content":{"template":{"name":"parcel_day","components":[{"type":"BODY","text":"Hello {{1}}"},{"type":"HEADER","text":"A parcel"}]}}`: {"parcel_day", "Hello {{1}}", nil},
		`"template_content":{"name":"parcel_day","1":"Grace","2":"Monday"}`:                                                                             {"parcel_day", "", counted},
		`"template_content":{"name":"Grace"}`:                    {"Grace", "", nil},
		`"template_content":{"customer":"Grace","day":"Monday"}`: {"", "", []aircall.Parameter{{Name: "customer", Value: "Grace"}, {Name: "day", Value: "Monday"}}},
		`"template_content":["Grace","Monday"]`:                  {"", "", bare},
		`"template_content":[{"type":"body","parameters":[{"type":"text","text":"Grace"},{"type":"text","text":"Monday"}]}]`:           {"", "", bare},
		`"template_content":[{"key":"name","value":"Grace"},{"key":"day","value":"Monday"}]`:                                           {"", "", both},
		`"template_content":{"name":"pay","params":[{"type":"currency","currency":{"fallback_value":"$1","code":"USD"}},7,true,null]}`: {"pay", "", []aircall.Parameter{{Value: "$1"}, {Value: "7"}, {Value: "true"}}},
		`"template_content":{"name":"parcel_day"},"metadata":{"templateParams":["Grace","Monday"],"source":"x"}`:                       {"parcel_day", "", bare},
		`"template_content":{"name":"parcel_day","params":["Grace"]},"metadata":{"params":["other"]}`:                                  {"parcel_day", "", []aircall.Parameter{{Value: "Grace"}}},
		`"metadata":{"template":{"name":"parcel_day","language":"en"}}`:                                                                {template: "parcel_day"},
		`"metadata":{"source":"workspace","trace":{"id":"x"}}`:                                                                         {},
	} {
		m := messageOf(t, aircall.EventMessageSent, `{"id":"a","channel":"whatsapp",`+data+`}`)
		require.NotNil(t, m.WhatsApp, data)
		require.Equal(t, want.template, m.WhatsApp.Template, data)
		require.Equal(t, want.text, m.WhatsApp.Text, data)
		require.Equal(t, want.parameters, m.WhatsApp.Parameters, data)
	}
}

func TestParametersKeepTheOrderOfTheWire(t *testing.T) {
	t.Parallel()
	m := messageOf(t, aircall.EventMessageSent, `{"id":"a","channel":"whatsapp","template_content":{"params":{"z":"1","a":"2","m":"3","b":"4"}}}`)
	require.Equal(t, []aircall.Parameter{{"z", "1"}, {"a", "2"}, {"m", "3"}, {"b", "4"}}, m.WhatsApp.Parameters)
}

func TestWhatShowsThatAMessageIsOfWhatsApp(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]*aircall.WhatsApp{
		`"channel":null`:  nil,
		`"channel":"sms"`: nil,
		`"channel":null,"type":"native","parent_id":"p","recipient_country":"US","metadata":{"a":"b"}`: nil,
		`"channel":"WhatsApp"`:                         {},
		`"type":"whatsapp"`:                            {},
		`"whatsapp_message_type":"regular"`:            {Type: aircall.WhatsAppRegular},
		`"whatsappMessageCategory":"MARKETING"`:        {Category: aircall.WhatsAppMarketing},
		`"channel":"whatsapp","type":"template"`:       {Type: "template"},
		`"channel":"whatsapp","parent_id":12345678901`: {ParentID: "12345678901"},
	} {
		m := messageOf(t, aircall.EventMessageReceived, `{"id":"a",`+data+`}`)
		require.Equal(t, want, m.WhatsApp, data)
		require.Equal(t, want != nil, m.Channel == aircall.ChannelWhatsApp, data)
	}
	require.Equal(t, "rcs", messageOf(t, aircall.EventMessageReceived, `{"id":"a","channel":"rcs"}`).Channel, "one that is not known is kept")
}

func TestAHugeTemplateStaysSmall(t *testing.T) {
	t.Parallel()
	many, err := json.Marshal(make([]int, 5000))
	require.NoError(t, err)
	deep := strings.Repeat(`{"template":`, 3000) + `"x"` + strings.Repeat("}", 3000)
	m := messageOf(t, aircall.EventMessageSent, `{"id":"a","channel":"whatsapp","template_content":`+string(many)+`,"metadata":`+deep+`}`)
	require.Len(t, m.WhatsApp.Parameters, 100)
	require.Empty(t, m.WhatsApp.Template)
}
