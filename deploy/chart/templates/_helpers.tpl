{{- define "litmos.name" -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "litmos.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{- define "litmos.selector" -}}
app.kubernetes.io/name: litmos-chatops
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "litmos.labels" -}}
{{ include "litmos.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- /* Whether the state is in PostgreSQL, and what cannot work. */ -}}
{{- define "litmos.postgresql" -}}
{{- if has "LITMOS_STATE_URL" .Values.secret.keys }}yes{{ end }}
{{- end }}

{{- define "litmos.check" -}}
{{- if and (gt (int .Values.replicas) 1) (not (include "litmos.postgresql" .)) }}
{{- fail "More than one replica needs PostgreSQL: put its address into the secret as LITMOS_STATE_URL, and the name into secret.keys." }}
{{- end }}
{{- if and (gt (int .Values.replicas) 1) .Values.settings.MCP_RESOURCE_URL (not (has "MCP_REQUEST_STATE_KEYS" .Values.secret.keys)) }}
{{- fail "More than one replica needs MCP_REQUEST_STATE_KEYS in the secret and in secret.keys, or one could not go on where another asked." }}
{{- end }}
{{- if hasKey .Values.settings "MCP_SESSIONS" }}
{{- fail "MCP_SESSIONS follows from replicas: leave it out of settings." }}
{{- end }}
{{- end }}

{{- define "litmos.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "litmos.security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "litmos.env" -}}
{{- range .Values.secret.keys }}
- name: {{ . }}_FILE
  value: /run/secrets/litmos/{{ . }}
{{- end }}
{{- range $name, $value := .Values.settings }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- if gt (int .Values.replicas) 1 }}
- name: MCP_SESSIONS
  value: "false"
{{- end }}
{{- end }}

{{- define "litmos.mounts" -}}
- { name: tmp, mountPath: /tmp }
- { name: secrets, mountPath: /run/secrets/litmos, readOnly: true }
{{- if not (include "litmos.postgresql" .) }}
- { name: state, mountPath: /var/lib/litmos-chatops }
{{- end }}
{{- end }}

{{- define "litmos.volumes" -}}
- name: tmp
  emptyDir: { sizeLimit: 64Mi }
- name: secrets
  secret:
    secretName: {{ .Values.secret.name }}
    defaultMode: 0440
    items:
      {{- range .keys }}
      - { key: {{ . }}, path: {{ . }} }
      {{- end }}
{{- end }}
