# Three stages: the web application, the binary, and an image with nothing else.
FROM node:20-bookworm-slim AS ui
WORKDIR /src/ui
COPY ui/package.json ui/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY api/openapi.yaml /src/api/openapi.yaml
COPY ui/ ./
RUN npm run build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=ui /src/ui/dist ui/dist
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -tags nodynamic -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /crieur . \
 && mkdir -m 0700 /data

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /crieur /crieur
COPY --from=build --chown=nonroot:nonroot /data /data
ENV CRIEUR_ADDR=0.0.0.0:8080 CRIEUR_DATA_DIR=/data
VOLUME /data
EXPOSE 8080
# A publication under way has 60 s to end: give `docker stop` 75 s.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s CMD ["/crieur", "doctor", "--health"]
ENTRYPOINT ["/crieur"]
CMD ["serve"]
