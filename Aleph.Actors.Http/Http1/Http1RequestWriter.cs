namespace Aleph.Actors.Http.Http1;

/// <summary>
/// Renders the heads of requests (RFC 9112 3, 5), straight into the output. Method and target were checked before;
/// bodies are framed by <see cref="Http1ResponseWriter"/>, as those of answers.
/// </summary>
internal static class Http1RequestWriter
{
    /// <summary>Writes a head, with the empty line.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">A token.</param>
    /// <param name="target">Visible ASCII.</param>
    /// <param name="headers">The user's fields; those of the framing are replaced.</param>
    /// <param name="plan">The framing.</param>
    /// <param name="hostLine">The Host line with CRLF, left out where the user set one.</param>
    /// <param name="agentLine">The User-Agent line with CRLF, left out where the user set one; or empty.</param>
    public static void WriteHead(
        OutputBuffer output, string method, string target, HttpHeaders headers, in RequestPlan plan,
        ReadOnlySpan<byte> hostLine, ReadOnlySpan<byte> agentLine)
    {
        var room = method.Length + target.Length + LineWriter.SizeOf(
            headers) + hostLine.Length + agentLine.Length + 128;
        var line = new LineWriter(output.GetSpan(room));
        line.WriteText(method);
        line.Write(" "u8);
        line.WriteText(target);
        line.Write(" HTTP/1.1\r\n"u8);
        foreach (var field in headers.AsSpan())
        {
            if (field.Name.Length == 4 && HttpHeaders.NamesEqual(field.Name, "Host"))
                hostLine = default;
            else if (field.Name.Length == 10 && HttpHeaders.NamesEqual(field.Name, "User-Agent"))
                agentLine = default;
        }

        line.Write(hostLine);
        foreach (var field in headers.AsSpan())
        {
            if (ResponseFields.KindOf(field.Name)
                is not (ResponseField.ContentLength or ResponseField.TransferEncoding))
                line.WriteField(field);
        }

        line.Write(agentLine);
        line.WriteFraming(plan.Framing, plan.ContentLength);
        line.Write("\r\n"u8);
        output.Advance(line.Written);
    }
}
