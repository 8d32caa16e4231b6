using System.Text.RegularExpressions;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Docs;

/// <summary>What docs/guide/coming-from-aleph.md names is there, and nothing of Aleph is left out.</summary>
public sealed partial class ComingFromAlephPageTests
{
    private const string Page = "docs/guide/coming-from-aleph.md";

    // The keys that Aleph 0.9.10 reads and the functions that its users call, by section of the page.
    private static readonly (string Section, string Names)[] OfAleph =
    [
        ("`http/start-server`", """
            port socket-address listen-socket bootstrap-transform initial-pipeline-transform http-versions ssl-context
            manual-ssl? executor shutdown-executor? request-buffer-size raw-stream? rejected-handler
            max-request-body-size validate-headers transport compression? compression-options idle-timeout
            continue-handler continue-executor shutdown-timeout allow-duplicate-content-lengths max-initial-line-length
            max-header-size max-chunk-size initial-buffer-size pipeline-transform http1-pipeline-transform
            compression-level use-h2c? conn-go-away-handler stream-go-away-handler reset-stream-handler
            http2-conn-pipeline-transform http2-stream-pipeline-transform error-handler logger http2-settings epoll?
            """),
        ("`http/connection-pool`", """
            connections-per-host total-connections target-utilization stats-callback max-queue-size control-period
            dns-options middleware pool-builder-fn pool-controller-builder-fn connection-options
            """),
        ("`connection-options`", """
            ssl-context ssl-endpoint-id-alg local-address bootstrap-transform pipeline-transform insecure?
            response-buffer-size keep-alive? connect-timeout idle-timeout transport raw-stream? max-initial-line-length
            max-header-size max-chunk-size name-resolver proxy-options response-executor log-activity http-versions
            force-h2c? conn-go-away-handler stream-go-away-handler reset-stream-handler epoll? on-closed http2-settings
            http2-conn-pipeline-transform http2-stream-pipeline-transform
            """),
        ("`proxy-options`", """
            host port protocol user password http-headers tunnel? connection-timeout keep-alive?
            """),
        ("`dns-options`", """
            name-servers query-timeout max-queries-per-resolve max-payload-size address-types min-ttl max-ttl
            negative-ttl search-domains ndots trace-enabled? opt-resources-enabled? decode-idn? recursion-desired?
            transport epoll?
            """),
        ("`http/request`", """
            pool middleware pool-timeout connection-timeout request-timeout read-timeout response-executor
            follow-redirects? headers body multipart method request-method url scheme server-name host server-port port
            uri query-string query-params form-params form-param-encoding multi-param-style flatten-nested-keys
            ignore-nested-query-string flatten-nested-form-params content-type character-encoding accept accept-encoding
            basic-auth user-info oauth-token cookies cookie-store cookie-spec as coerce json-opts transit-opts
            throw-exceptions follow-redirects max-redirects force-redirects save-request? debug-body? raw-stream?
            chunk-size authority :aleph/close
            """),
        ("`http/websocket-client`", """
            raw-stream? insecure? ssl-context ssl-endpoint-id-alg extensions? sub-protocols headers compression?
            pipeline-transform max-frame-payload max-frame-size connect-timeout bootstrap-transform transport heartbeats
            send-after-idle payload timeout local-address epoll?
            """),
        ("`http/websocket-connection`", """
            raw-stream? headers compression? pipeline-transform max-frame-payload max-frame-size allow-extensions?
            heartbeats
            """),
        ("`multipart/decode-request` and `http/file`", """
            body-buffer-size memory-limit manual-cleanup? path offset length chunk-size
            """),
        ("`tcp/start-server`", """
            port socket-address listen-socket ssl-context bootstrap-transform pipeline-transform raw-stream?
            shutdown-timeout transport epoll?
            """),
        ("`tcp/client`", """
            host port remote-address local-address ssl-context ssl-endpoint-id-alg ssl? insecure? connect-timeout
            bootstrap-transform pipeline-transform raw-stream? transport epoll?
            """),
        ("`udp/socket`", "port socket-address broadcast? bootstrap-transform raw-stream? transport epoll?"),
        ("Functions", """
            start-server connection-pool request get post put patch delete head options trace connect cancel-request!
            get-all file register-connection-stats-callback unregister-connection-stats-callback websocket-client
            websocket-connection websocket-ping websocket-close! websocket-upgrade-request? wrap-ring-async-handler
            default-connection-pool netty/port netty/wait-for-close netty/leak-detector-level! netty/set-logger!
            netty/ssl-server-context netty/ssl-client-context netty/self-signed-ssl-context
            netty/insecure-ssl-client-context netty/application-protocol-config netty/ssl-handler
            netty/dns-resolver-group netty/add-idle-handlers netty/to-byte-buf-stream tcp/start-server tcp/client
            udp/socket flow/instrumented-pool flow/acquire flow/release flow/dispose flow/fixed-thread-executor
            flow/utilization-executor flow/instrumented-executor
            """),
        ("Manifold deferreds", """
            deferred success-deferred error-deferred success! error! deref @ on-realized chain chain' catch catch'
            finally finally' zip zip' alt alt' timeout! connect future future-with let-flow let-flow' loop recur onto
            ->deferred deferrable? go-off
            """),
        ("Manifold streams, bus, executors, time", """
            stream stream* put! put-all! try-put! take! try-take! close! closed? on-closed drained? on-drained connect
            connect-via drain-into consume consume-async splice source-only sink-only map filter mapcat transform
            reductions reduce zip concat lazily-partition-by realize-each buffered-stream buffer batch throttle
            dropping-stream sliding-stream periodically stream->seq ->source ->sink onto description downstream
            event-bus subscribe publish! active? topic->subscribers fixed-thread-executor utilization-executor
            instrumented-executor with-executor thread-factory in every at with-clock mock-clock
            """),
    ];

    [Fact]
    public void Every_key_and_function_has_a_row()
    {
        var rows = Rows().SelectMany(x => Spans(x.Theirs).Select(name => (x.Section, name))).ToHashSet();
        var missing = from section in OfAleph
                      from name in section.Names.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
                      where !rows.Contains((section.Section, name))
                      select $"{section.Section}: {name}";
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_name_of_ours_is_public()
    {
        var unknown = from row in Rows()
                      from name in Spans(row.Ours).Concat(Spans(row.Notes).Where(x => Member().IsMatch(x)))
                      where !PublicNames.Has(name)
                      select $"{row.Section}: {row.Theirs}: {name}";
        Assert.Empty(unknown);
    }

    [Fact]
    public void What_we_lack_leads_to_its_reason()
    {
        var bare = from row in Rows()
                   where !Spans(row.Ours).Any() && !row.Notes.Contains("](../decisions/", StringComparison.Ordinal)
                   select $"{row.Section}: {row.Theirs}";
        Assert.Empty(bare);
    }

    [Theory]
    [InlineData("TcpSettings.Socket", true)]
    [InlineData("TcpSettings.Sockets", false)]
    [InlineData("ServerProtocol.Drain.Deadline", true)]
    [InlineData("HttpClientExtensions.GetAsync", true)]
    [InlineData("Source.Throttle", true)]
    [InlineData("Source.Trottle", false)]
    [InlineData("ConnectionSpec", false)]
    [InlineData("aleph.tcp.port", true)]
    [InlineData("aleph.tcp.ports", false)]
    public void Names_are_told_from_others(string name, bool isThere) => Assert.Equal(isThere, PublicNames.Has(name));

    private static IEnumerable<(string Section, string Theirs, string Ours, string Notes)> Rows()
    {
        var section = "";
        foreach (var line in Repository.Lines(Page))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..];
            var cells = line.Split('|');
            if (cells.Length < 4 || cells[0].Length > 0 || cells[2].Trim() is "here" or "---")
                continue;
            Assert.True(cells.Length == 5, $"Not three columns: {line}");
            yield return (section, cells[1], cells[2], cells[3]);
        }
    }

    private static IEnumerable<string> Spans(string cell) => Span().Matches(cell).Select(x => x.Groups["name"].Value);

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"^[A-Z]\w+(\.[A-Z]\w+)+$")]
    private static partial Regex Member();
}
