package mysql

// The functions that a server has of itself: those of its grammar, and those
// that it knows by name. Any other name is a stored function, or one of a
// shared library. TestNativeFunctions holds MariaDB's against what it says of
// itself.
var (
	nativeBoth = stringSet(nativeNumbers + nativeStrings + nativeTimes + nativeJSON + nativeSpatial +
		nativeServer + nativeAggregates)
	nativeMySQLOnly   = stringSet(mysqlOnly)   // MySQL 8
	nativeMariaDBOnly = stringSet(mariadbOnly) // MariaDB 10.11
)

// isNative reports whether a function, in lower case, is native to the server
// that a key with these flags is for. Where that is not known, it has to be
// native to both.
func isNative(name string, flags byte) bool {
	return nativeBoth[name] || flags&keyMySQL != 0 && nativeMySQLOnly[name] ||
		flags&keyMariaDB != 0 && nativeMariaDBOnly[name]
}

const nativeNumbers = ` abs acos asin atan atan2 bit_count bit_length ceil ceiling conv cos cot crc32 degrees exp floor greatest least
ln log log10 log2 mod oct pi pow power radians rand random_bytes round sign sin sqrt tan truncate if
ifnull nullif isnull coalesce interval cast convert default values `

const nativeStrings = ` aes_decrypt aes_encrypt ascii bin char character_length char_length charset coercibility collation
compress concat concat_ws elt export_set extractvalue field find_in_set format from_base64 hex
inet_aton inet_ntoa inet6_aton inet6_ntoa insert instr is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6
lcase left length locate lower lpad ltrim make_set md5 mid octet_length ord position quote
regexp_instr regexp_replace regexp_substr repeat replace reverse right rpad rtrim sha sha1 sha2
soundex space strcmp substr substring substring_index to_base64 trim ucase uncompress
uncompressed_length unhex updatexml upper weight_string `

const nativeTimes = ` adddate addtime convert_tz curdate current_date current_time current_timestamp curtime date datediff
date_add date_format date_sub day dayname dayofmonth dayofweek dayofyear extract from_days
from_unixtime get_format hour last_day localtime localtimestamp makedate maketime microsecond minute
month monthname now period_add period_diff quarter second sec_to_time str_to_date subdate subtime
sysdate time timediff timestamp timestampadd timestampdiff time_format time_to_sec to_days
to_seconds unix_timestamp utc_date utc_time utc_timestamp week weekday weekofyear year yearweek `

const nativeJSON = ` json_array json_arrayagg json_array_append json_array_insert json_contains json_contains_path
json_depth json_extract json_insert json_keys json_length json_merge json_merge_patch
json_merge_preserve json_object json_objectagg json_overlaps json_pretty json_quote json_remove
json_replace json_search json_set json_type json_unquote json_valid json_value `

const nativeSpatial = ` geometrycollection linestring mbrcontains mbrdisjoint mbrequals mbrintersects mbroverlaps mbrtouches
mbrwithin multilinestring multipoint multipolygon point polygon st_area st_asbinary st_asgeojson
st_astext st_aswkb st_aswkt st_buffer st_centroid st_contains st_convexhull st_crosses st_difference
st_dimension st_disjoint st_distance st_distance_sphere st_endpoint st_envelope st_equals
st_exteriorring st_geomcollfromtext st_geomcollfromwkb st_geometrycollectionfromtext
st_geometrycollectionfromwkb st_geometryfromtext st_geometryfromwkb st_geometryn st_geometrytype
st_geomfromgeojson st_geomfromtext st_geomfromwkb st_interiorringn st_intersection st_intersects
st_isclosed st_isempty st_issimple st_length st_linefromtext st_linefromwkb st_linestringfromtext
st_linestringfromwkb st_mlinefromtext st_mlinefromwkb st_mpointfromtext st_mpointfromwkb
st_mpolyfromtext st_mpolyfromwkb st_multilinestringfromtext st_multilinestringfromwkb
st_multipointfromtext st_multipointfromwkb st_multipolygonfromtext st_multipolygonfromwkb
st_numgeometries st_numinteriorrings st_numpoints st_overlaps st_pointfromtext st_pointfromwkb
st_pointn st_polyfromtext st_polyfromwkb st_polygonfromtext st_polygonfromwkb st_srid st_startpoint
st_symdifference st_touches st_union st_within st_x st_y `

// nativeServer ask or steer the server. Those that do more than ask are in
// functionDangers as well.
const nativeServer = ` benchmark connection_id current_role current_user database found_rows get_lock is_free_lock
is_used_lock last_insert_id load_file master_pos_wait name_const release_all_locks release_lock
row_count schema schemas session_user sleep system_user user uuid uuid_short version `

const nativeAggregates = ` avg bit_and bit_or bit_xor count cume_dist dense_rank first_value group_concat lag last_value lead
max min nth_value ntile percent_rank rank row_number std stddev stddev_pop stddev_samp sum variance
var_pop var_samp `

const mysqlOnly = ` any_value bin_to_uuid distance format_bytes format_pico_time geomcollection grouping gtid_subset
gtid_subtract icu_version is_uuid json_schema_validation_report json_storage_free json_storage_size
json_table mbrcoveredby mbrcovers ps_current_thread_id ps_thread_id regexp_like roles_graphml
source_pos_wait st_buffer_strategy st_collect st_frechetdistance st_geohash st_geomcollfromtxt
st_hausdorffdistance st_isvalid st_latfromgeohash st_latitude st_lineinterpolatepoint
st_lineinterpolatepoints st_longfromgeohash st_longitude st_makeenvelope st_numinteriorring
st_pointatdistance st_pointfromgeohash st_simplify st_swapxy st_transform st_validate
statement_digest statement_digest_text uuid_to_bin validate_password_strength
wait_for_executed_gtid_set wait_until_sql_thread_after_gtids json_schema_valid `

const mariadbOnly = ` crc32c decode_oracle nvl nvl2 natural_sort_key sformat chr concat_operator_oracle decode des_decrypt
des_encrypt encode encrypt column_add column_check column_create column_delete column_exists
column_get column_json column_list lengthb lpad_oracle ltrim_oracle old_password password
replace_oracle rpad_oracle rtrim_oracle substr_oracle to_char trim_oracle add_months json_compact
json_detailed json_equals json_exists json_loose json_normalize json_query binlog_gtid_pos
decode_histogram lastval nextval setval master_gtid_wait sys_guid wsrep_last_seen_gtid
wsrep_last_written_gtid wsrep_sync_wait_upto_gtid median percentile_cont percentile_disc st_boundary
st_isring st_pointonsurface st_relate area asbinary astext aswkb aswkt boundary buffer centroid
contains convexhull crosses dimension disjoint endpoint envelope equals exteriorring
geomcollfromtext geomcollfromwkb geometrycollectionfromtext geometrycollectionfromwkb
geometryfromtext geometryfromwkb geometryn geometrytype geomfromtext geomfromwkb glength
interiorringn intersects isclosed isempty isring issimple linefromtext linefromwkb
linestringfromtext linestringfromwkb mbrequal mlinefromtext mlinefromwkb mpointfromtext
mpointfromwkb mpolyfromtext mpolyfromwkb multilinestringfromtext multilinestringfromwkb
multipointfromtext multipointfromwkb multipolygonfromtext multipolygonfromwkb numgeometries
numinteriorrings numpoints overlaps pointfromtext pointfromwkb pointn pointonsurface polyfromtext
polyfromwkb polygonfromtext polygonfromwkb srid startpoint touches within x y `
