using Amazon.Runtime;
using Amazon.Subset;

namespace Amazon.Route53.Model;

public class Tag : Structure
{
    public string Key { get; set; }
    public string Value { get; set; }
}

public class ResourceTagSet
{
    public TagResourceType ResourceType { get; set; }
    public string ResourceId { get; set; }
    [Items("Tag")] public List<Tag> Tags { get; set; }
}

public class ListTagsForResourceRequest : AmazonRoute53Request
{
    [At(Place.Uri, "ResourceType")] public TagResourceType ResourceType { get; set; }
    [At(Place.Uri, "ResourceId")] public string ResourceId { get; set; }
}

public class ListTagsForResourceResponse : AmazonWebServiceResponse
{
    [Must] public ResourceTagSet ResourceTagSet { get; set; }
}

public class ChangeTagsForResourceRequest : AmazonRoute53Request
{
    [At(Place.Uri, "ResourceType")] public TagResourceType ResourceType { get; set; }
    [At(Place.Uri, "ResourceId")] public string ResourceId { get; set; }
    [Items("Tag")] public List<Tag> AddTags { get; set; }
    [Items("Key")] public List<string> RemoveTagKeys { get; set; }
}

public class ChangeTagsForResourceResponse : AmazonWebServiceResponse;
