namespace Aleph.Actors;

/// <summary>Names of types as they are written in C#, without namespaces.</summary>
internal static class TypeNames
{
    public static string Of(Type type)
    {
        if (type.GetElementType() is { } element && type.IsArray)
            return $"{Of(element)}[]";
        if (!type.IsGenericType)
            return type.Name;
        var name = type.Name.Split('`')[0];
        return $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Of))}>";
    }
}
