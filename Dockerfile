# A static binary on nothing. Build: docker build -t hearline .
#
#   docker run --rm -it -v hearline:/data hearline init
#   docker run -d --name hearline -v hearline:/data -p 8080:8080 \
#     -e HEARLINE_PUBLIC_URL=https://help.example.org hearline
#
# docs/operations.md says where the keys should lie, and how to upgrade.

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false \
      -ldflags "-s -w -X main.version=${VERSION}" -o /out/hearline ./cmd/hearline
# What scratch lacks: a user, a folder that user may write to, room for
# temporary files.
RUN mkdir -p /out/data /out/tmp && chmod 1777 /out/tmp && chmod 700 /out/data && \
    echo 'hearline:x:65532:65532::/data:/sbin/nologin' > /out/passwd && \
    echo 'hearline:x:65532:' > /out/group

FROM scratch
COPY --from=build /out/passwd /out/group /etc/
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build --chown=65532:65532 /out/tmp /tmp
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build /out/hearline /hearline

USER 65532:65532
WORKDIR /
ENV HEARLINE_ADDR=0.0.0.0:8080 \
    HEARLINE_DATABASE=/data/hearline.db \
    HEARLINE_KEYS_FILE=/data/hearline.keys
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s --retries=3 CMD ["/hearline", "health"]
ENTRYPOINT ["/hearline"]
CMD ["serve"]
