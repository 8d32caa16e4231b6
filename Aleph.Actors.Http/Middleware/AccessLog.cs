using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Aleph.Actors.Http.Middleware;

namespace Aleph.Actors.Http;

/// <summary>How a line of an access log is written.</summary>
public enum AccessLogFormat
{
    /// <summary>The Common Log Format of the NCSA server.</summary>
    Common,

    /// <summary>The common one, with Referer and User-Agent.</summary>
    Combined,

    /// <summary>An object in JSON.</summary>
    Json,
}

/// <summary>Writes a line for each request.</summary>
public static class AccessLog
{
    /// <summary>
    /// A middleware that writes a line for each request when its exchange is over, with the bytes of content that were
    /// handed to the connection. Whatever a client sent is escaped, so that it cannot forge a line.
    /// </summary>
    /// <param name="write">Gets a line without its end, on any thread, several at a time; it should not block.</param>
    /// <param name="format">Default <see cref="AccessLogFormat.Combined"/>.</param>
    /// <param name="time">Default the system's.</param>
    public static HttpMiddleware To(
        Action<string> write, AccessLogFormat format = AccessLogFormat.Combined, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        time ??= TimeProvider.System;
        return next => async request =>
        {
            var entry = new Entry(request, write, format, time);
            request.Context?.DisposeAtEnd(entry);
            try
            {
                var answer = await next(request).ConfigureAwait(false);
                return answer is null ? answer! : entry.Answered(answer);
            }
            catch (HttpMessageException fault)
            {
                entry.Status = fault.Error.Status.Code;
                throw;
            }
            finally
            {
                if (request.Context is null)
                    entry.Dispose();
            }
        };
    }

    private sealed class Entry(HttpRequest request, Action<string> write, AccessLogFormat format, TimeProvider time)
        : IDisposable
    {
        private readonly long _begin = time.GetTimestamp();
        private readonly DateTimeOffset _at = time.GetUtcNow();
        private CountedBody? _body;
        private long _bytes;

        public int Status { get; set; } = 500;

        public HttpResponse Answered(HttpResponse answer)
        {
            Status = answer.Status.Code;
            if (request.Method == HttpMethods.Head || answer.Body.IsEmpty || answer.Upgrade is not null)
                return answer;
            if (answer.Body is BytesBody)
            {
                _bytes = answer.Body.Length!.Value;
                return answer;
            }

            _body = new CountedBody(answer.Body);
            return answer.WithBody(_body);
        }

        public void Dispose() => write(format == AccessLogFormat.Json ? Json() : Text());

        private string Text()
        {
            var line = new StringBuilder();
            line.Append(Remote()).Append(" - - [")
                .Append(_at.ToString("dd/MMM/yyyy:HH:mm:ss", CultureInfo.InvariantCulture)).Append(" +0000] ");
            Quote(line, $"{request.Method} {request.Target} HTTP/{request.Version}");
            line.Append(' ').Append(Status).Append(' ').Append(Bytes());
            if (format == AccessLogFormat.Combined)
            {
                Quote(line.Append(' '), request.Headers["Referer"] ?? "-");
                Quote(line.Append(' '), request.Headers["User-Agent"] ?? "-");
            }

            return line.ToString();
        }

        private string Json()
        {
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteString("time", _at);
                json.WriteString("remote", Remote());
                json.WriteNumber("connection", request.ConnectionId);
                json.WriteString("method", request.Method);
                json.WriteString("target", request.Target);
                json.WriteString("version", request.Version.ToString());
                json.WriteNumber("status", Status);
                json.WriteNumber("bytes", Bytes());
                json.WriteNumber("milliseconds", time.GetElapsedTime(_begin).TotalMilliseconds);
                json.WriteString("referer", request.Headers["Referer"]);
                json.WriteString("userAgent", request.Headers["User-Agent"]);
                json.WriteString("requestId", request.RequestId());
                json.WriteEndObject();
            }

            return Encoding.UTF8.GetString(buffer.ToArray());
        }

        private long Bytes() => _body?.Sent ?? _bytes;

        private string Remote() => request.RemoteEndPoint is IPEndPoint address ? address.Address.ToString() : "-";

        private static void Quote(StringBuilder line, string text)
        {
            line.Append('"');
            foreach (var letter in text)
            {
                if (letter is '"' or '\\')
                    line.Append('\\').Append(letter);
                else if (letter is < ' ' or >= (char)0x7f)
                    line.Append(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}");
                else
                    line.Append(letter);
            }

            line.Append('"');
        }
    }
}
